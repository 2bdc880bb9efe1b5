"""The best of many scores."""

from __future__ import annotations

import numpy as np
import pytest

from penstock.models.ranking.parts.top import top


def test_the_best_come_first() -> None:
    places, values = top(np.array([[1.0, 5.0, 3.0], [9.0, 2.0, 4.0]]), 2)
    assert places.tolist() == [[1, 2], [0, 2]]
    assert values.tolist() == [[5.0, 3.0], [9.0, 4.0]]


@pytest.mark.parametrize("k", [1, 3, 7, 20, 50])
def test_it_is_a_stable_sort_whatever_ties_there_are(k: int) -> None:
    random = np.random.default_rng(k)
    scores = random.integers(0, 4, (300, 20)).astype(np.float64)
    scores[random.random(scores.shape) < 0.2] = -np.inf
    places, values = top(scores, k)
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    assert np.array_equal(places, expected)
    assert np.array_equal(values, np.take_along_axis(scores, expected, axis=1))


def test_no_rows_have_no_best() -> None:
    places, values = top(np.empty((0, 5)), 2)
    assert places.shape == values.shape == (0, 2)
