"""Negatives left out whose place is taken by the weight of the others."""

from __future__ import annotations

import numpy as np
import pytest

from penstock.models.classification.parts.imbalance import Balanced
from penstock.models.classification.parts.thinning import thinned


def given(positives: int = 10, negatives: int = 400, weight: bool = False) -> Balanced:
    target = np.zeros(positives + negatives, np.int64)
    target[:: len(target) // positives][:positives] = 1
    rows = np.arange(len(target), dtype=np.float32)[:, None]
    return Balanced(rows, target, 1.0 + rows[:, 0].astype(np.float64) if weight else None)


def test_positives_stay_and_the_share_of_negatives_asked_for() -> None:
    before = given()

    after = thinned(before, 0.25, 3)

    assert np.bincount(after.target).tolist() == [100, 10]
    assert np.array_equal(after.target, before.target[after.rows[:, 0].astype(int)])
    assert (np.diff(after.rows[:, 0]) > 0).all()


@pytest.mark.parametrize("weight", [False, True])
def test_both_classes_weigh_what_they_did(weight: bool) -> None:
    before = given(weight=weight)

    after = thinned(before, 0.3, 3)

    assert after.weight is not None
    known = np.ones(410) if before.weight is None else before.weight
    for label in (0, 1):
        there = after.weight[after.target == label].sum()
        assert there == pytest.approx(known[before.target == label].sum())
    if before.weight is not None:
        assert np.array_equal(before.weight, given(weight=True).weight)


def test_a_whole_share_is_the_rows_as_they_are() -> None:
    before = given()

    assert thinned(before, 1.0, 3) is before


def test_of_few_negatives_one_is_left() -> None:
    after = thinned(given(positives=4, negatives=4), 0.01, 3)

    assert np.bincount(after.target).tolist() == [1, 4]
    assert after.weight is not None
    assert after.weight[after.target == 0].tolist() == [4.0]


def test_another_seed_keeps_other_negatives() -> None:
    one, same, other = (thinned(given(), 0.25, seed).rows for seed in (3, 3, 4))

    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
