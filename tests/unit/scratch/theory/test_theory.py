"""What theory says is what is measured."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.theory.bias_variance import decompose, polynomial
from penstock.scratch.theory.capacity import (
    half_planes,
    hoeffding,
    intervals,
    rectangles,
    rows_needed,
    sauer,
    shatters,
    thresholds,
    vc_dimension,
    vc_gap,
)
from penstock.scratch.theory.double_descent import double_descent, smallest_fit
from penstock.scratch.theory.memorising import memorise
from penstock.scratch.theory.penalties import ball, shrink, soft_threshold, touch
from tests.curriculum import held
from tests.unit.scratch.against_torch import drawn, numbers, seeds


def wave(x: np.ndarray) -> np.ndarray:
    return np.sin(3 * x)


@pytest.mark.curriculum("F45")
@pytest.mark.parametrize("degree", [0, 3, 9])
def test_the_error_is_bias_variance_and_noise(degree: int) -> None:
    told = decompose(polynomial(degree), wave, 0.4, 40, 600, seed=degree)
    assert told.error == pytest.approx(told.total, rel=0.04)
    held("bias² + variance + noise, relatively,", 0.04)


@pytest.mark.curriculum("F45")
def test_a_stiffer_model_has_more_bias_and_a_looser_one_more_variance() -> None:
    told = [decompose(polynomial(degree), wave, 0.4, 40, 300, seed=1) for degree in (1, 4, 12)]
    assert told[0].bias2 > 10 * told[1].bias2
    assert told[0].variance < told[1].variance < told[2].variance
    assert told[1].error < min(told[0].error, told[2].error)


@pytest.mark.curriculum("F46")
@drawn
@given(seed=seeds, penalty=st.floats(0.1, 1.5))
def test_one_weight_at_a_time_the_penalties_are_scikit_learns(seed: int, penalty: float) -> None:
    from sklearn.linear_model import Lasso, Ridge

    x, _ = np.linalg.qr(numbers(seed, 12, 4))
    y = 3 * numbers(seed + 1, 12)
    plain = x.T @ y
    lasso = Lasso(alpha=penalty / 12, fit_intercept=False, tol=1e-12).fit(x, y).coef_
    ridge = Ridge(alpha=penalty, fit_intercept=False).fit(x, y).coef_
    np.testing.assert_allclose(soft_threshold(plain, penalty), lasso, atol=1e-8)
    np.testing.assert_allclose(shrink(plain, penalty), ridge, atol=1e-8)
    held("scikit-learn's Lasso and Ridge", 1e-8)
    assert (shrink(plain, penalty) != 0).all()


@pytest.mark.curriculum("F46")
def test_ellipses_touch_the_diamond_at_a_corner_far_more_often_than_the_circle() -> None:
    random = np.random.default_rng(0)
    zeros = {1: 0, 2: 0}
    for _ in range(100):
        root = random.normal(size=(2, 2))
        centre = 2 * random.normal(size=2)
        for order in zeros:
            if np.linalg.norm(centre, ord=order) > 1:
                point = touch(root @ root.T + 0.2 * np.eye(2), centre, order, 1.0)
                zeros[order] += bool(np.abs(point).min() < 1e-3)
    assert zeros[1] > 40 and zeros[2] < 3
    np.testing.assert_allclose(np.linalg.norm(ball(1, 2.0), ord=1, axis=1), 2)


@pytest.mark.curriculum("F47")
def test_the_error_peaks_where_features_are_as_many_as_rows_and_falls_again() -> None:
    sizes = (5, 10, 20, 40, 80, 400)
    told = double_descent(sizes, rows=40, inputs=12, noise=0.5, repeats=15, seed=0)
    assert int(told.test.argmax()) == sizes.index(40)
    assert told.test[3] > 3 * told.test[5] and told.test[3] > 3 * told.test[1]
    assert told.norms.argmax() == sizes.index(40)
    assert (told.train[3:] < 1e-12).all() and (told.train[:3] > 1e-3).all()


@pytest.mark.curriculum("F47")
@drawn
@given(seed=seeds)
def test_beyond_the_peak_the_weights_are_the_shortest_that_fit(seed: int) -> None:
    features, y = numbers(seed, 5, 9), numbers(seed + 1, 5)
    weights = smallest_fit(features, y)
    np.testing.assert_allclose(features @ weights, y, atol=1e-9)
    closed = features.T @ np.linalg.solve(features @ features.T, y)
    np.testing.assert_allclose(weights, closed, atol=1e-8)
    held("the closed form of the shortest weights", 1e-8)


def on_line(size: int, seed: int) -> np.ndarray:
    return numbers(seed, size)


def in_plane(size: int, seed: int) -> np.ndarray:
    return numbers(seed, size, 2)


@pytest.mark.curriculum("F48")
@pytest.mark.parametrize(
    ("rules", "draw", "dimension"),
    [
        (thresholds, on_line, 1),
        (intervals, on_line, 2),
        (half_planes, in_plane, 3),
        (rectangles, in_plane, 4),
    ],
)
def test_dimensions_are_those_of_the_textbook(rules: object, draw: object, dimension: int) -> None:
    assert vc_dimension(rules, draw, 5) == dimension
    for size in (4, 6, 8):
        assert len(rules(draw(size, 1))) <= sauer(dimension, size)
    held("the textbook's dimension", 0)


@pytest.mark.curriculum("F48")
def test_lines_cut_points_in_as_many_ways_as_cover_counted() -> None:
    for size in (2, 3, 5, 7):
        expected = 2 * sum(comb(size - 1, k) for k in range(3))
        assert len(half_planes(in_plane(size, size))) == expected
    assert shatters(half_planes, in_plane(3, 0)) and not shatters(half_planes, in_plane(4, 0))


@pytest.mark.curriculum("F48")
def test_bounds_bound_what_is_measured() -> None:
    means = np.random.default_rng(0).integers(0, 2, (20_000, 100)).mean(axis=1)
    for gap in (0.05, 0.1, 0.15):
        assert (np.abs(means - 0.5) >= gap).mean() <= hoeffding(100, gap)
    assert rows_needed(1, 0.1, 0.05) == 185
    assert rows_needed(1000, 0.1, 0.05) == 530
    assert vc_gap(3, 100_000, 0.05) < vc_gap(3, 10_000, 0.05) < vc_gap(30, 10_000, 0.05)


@pytest.mark.curriculum("F49")
def test_a_net_learns_random_labels_by_heart_but_further_away_and_to_no_avail() -> None:
    from sklearn.datasets import load_digits

    data = load_digits()
    x, y = data.data.astype(np.float32) / 16, data.target
    fresh = (x[1000:], y[1000:])
    true = memorise(x[:300], y[:300], fresh, 256, 600, seed=0)
    shuffled = np.random.default_rng(1).permutation(y[:300])
    random = memorise(x[:300], shuffled, fresh, 256, 600, seed=0)
    assert true.train == random.train == 1
    assert true.test > 0.85 and random.test < 0.25
    assert random.steps > 2 * true.steps and random.travelled > 1.5 * true.travelled
