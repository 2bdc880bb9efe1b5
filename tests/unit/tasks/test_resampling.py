"""How wide an interval is, and what is resampled."""

from __future__ import annotations

import numpy as np
import pytest

from penstock.tasks.resampling import draw, estimate, tail_of


def test_an_interval_of_few_units_is_wider_and_of_many_the_usual_one():
    # By tables of both distributions: of n = 5, t is 2.776, and Φ(−2.776 √1.25) is 0.0010.
    known = {5: 0.0010, 10: 0.0086, 20: 0.0159, 40: 0.0203, 100: 0.0231}
    assert {n: round(tail_of(n), 4) for n in known} == known
    assert tail_of(10**6) == pytest.approx(0.025, abs=1e-5)


def test_each_column_is_a_sample_of_as_many_units_as_there_are():
    drawn = draw(np.random.default_rng(0), 7, 50)
    assert drawn.shape == (7, 50)
    assert (drawn.sum(axis=0) == 7).all()
    literal = np.random.default_rng(0).integers(0, 7, 7)
    assert drawn[:, 0].tolist() == [list(literal).count(unit) for unit in range(7)]


def test_an_estimate_is_the_mean_over_folds_within_the_middle_95_percent_of_resamples():
    resampled = np.append(np.linspace(0, 1, 201), np.nan)
    one = estimate(np.array([0.4, 0.6]), resampled, "card", biased=False)
    assert (one.mean, one.n, one.unit) == (0.5, 2, "card")
    assert (one.low, one.high) == pytest.approx((0.025, 0.975))
    assert one.std == pytest.approx(np.sqrt(0.02))
    assert estimate(np.array([0.4]), resampled, "card", biased=False).std == 0


def test_a_distance_is_moved_back_by_what_resampling_adds_but_to_no_less_than_none():
    resampled = np.append(np.linspace(0, 1, 201), np.nan)  # 0.5 in the mean
    moved = estimate(np.array([0.49]), resampled, "card", biased=True)
    assert (moved.low, moved.high) == pytest.approx((0.015, 0.965))
    floored = estimate(np.array([0.3]), resampled, "card", biased=True)
    assert floored.low == 0
    assert floored.high == pytest.approx(0.775)
