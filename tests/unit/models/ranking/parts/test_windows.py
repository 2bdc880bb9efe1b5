"""Histories cut into pieces."""

from __future__ import annotations

import numpy as np
import pytest

from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.windows import NOTHING, ends, steps, with_ties_shuffled

LENGTHS = [7, 0, 1, 3, 12, 2]
START = np.concatenate([[0], np.cumsum(LENGTHS)])
GIVEN = Histories(
    items=100,
    start=START,
    item=np.arange(sum(LENGTHS)) + 10,
    time=np.arange(sum(LENGTHS)) * 10,
    value=np.full(sum(LENGTHS), np.nan),
)


@pytest.mark.parametrize("length", [1, 2, 5, 50])
@pytest.mark.parametrize("shift", [0, 1, 4])
def test_every_step_is_in_one_window_and_windows_never_mix_users(length: int, shift: int) -> None:
    found = steps(GIVEN, length, np.full(len(GIVEN), shift % length))
    told = found.then != NOTHING
    pairs = sorted(zip(found.item[told].tolist(), found.then[told].tolist(), strict=True))
    user = GIVEN.user
    expected = [
        (int(a), int(a) + 1)
        for a, here, there in zip(GIVEN.item[:-1], user[:-1], user[1:], strict=True)
        if here == there
    ]
    assert pairs == expected
    for row, count in zip(found.item, found.lengths, strict=True):
        assert (np.diff(row[:count]) == 1).all() and (row[count:] == 100).all()
    assert np.array_equal(told.sum(axis=1), found.lengths)


def test_a_shift_makes_the_first_window_of_a_user_shorter() -> None:
    found = steps(GIVEN, 5, np.full(len(GIVEN), 2))
    assert found.lengths.tolist() == [3, 3, 2, 3, 5, 3, 1]
    assert found.time[0].tolist() == [0, 10, 20, 20, 20]


def test_ends_are_the_last_items_of_everybody() -> None:
    found = ends(GIVEN, 3)
    assert found.lengths.tolist() == [3, 0, 1, 3, 3, 2]
    assert found.item[0].tolist() == [14, 15, 16]
    assert found.item[1].tolist() == [100, 100, 100]
    assert found.item[5].tolist() == [33, 34, 100]
    assert (found.then == NOTHING).all()


def test_nobody_has_no_windows() -> None:
    nobody = GIVEN.part(1, 2)
    assert len(steps(nobody, 4, np.zeros(1, dtype=np.int64))) == 0
    assert ends(nobody, 4).item.shape == (1, 4)


def test_only_items_of_one_moment_change_places() -> None:
    moments = np.array([0, 0, 0, 1, 2, 2, 3] + [5] * (sum(LENGTHS) - 7))
    tied = Histories(100, START, GIVEN.item, moments, GIVEN.value)
    seen = set()
    for seed in range(20):
        found = with_ties_shuffled(tied, np.random.default_rng(seed))
        seen.add(tuple(found.item[:7].tolist()))
        assert set(found.item[:3]) == {10, 11, 12} and found.item[3] == 13 and found.item[6] == 16
        assert set(found.item[11:23]) == set(GIVEN.item[11:23])
    assert len(seen) > 6
