"""What is kept from the first of two stages."""

from __future__ import annotations

import numpy as np
import pytest

from penstock.models.ranking.parts.held_out import HeldOut, only, rounds
from penstock.models.ranking.parts.histories import Histories

LENGTHS = [6, 0, 2, 3]
COUNT = sum(LENGTHS)
GIVEN = Histories(
    items=50,
    start=np.concatenate([[0], np.cumsum(LENGTHS)]),
    item=np.arange(COUNT) + 20,
    time=np.array([0, 1, 2, 3, 4, 5, 8, 9, 1, 6, 7]),
    value=np.full(COUNT, np.nan),
)


def random() -> np.random.Generator:
    return np.random.default_rng(2)


@pytest.mark.parametrize("how", ["random", "latest"])
def test_what_is_told_and_what_came_before_are_the_whole_log(how: HeldOut) -> None:
    base, (one,) = rounds(GIVEN, how, 0.3, 1, random())
    assert one.before is base
    assert sorted([*base.item, *one.item]) == GIVEN.item.tolist()
    assert 0 < len(one.item) < COUNT
    assert np.array_equal(one.user, GIVEN.user[one.item - 20])


def test_the_latest_part_is_after_all_that_is_learnt_from() -> None:
    base, (one,) = rounds(GIVEN, "latest", 0.3, 1, random())
    assert base.time.max() < GIVEN.time[one.item - 20].min()


def test_each_round_tells_the_next_item_of_those_who_have_enough() -> None:
    base, found = rounds(GIVEN, "next", 0.5, 2, random())
    assert base.lengths.tolist() == [4, 0, 2, 1]
    assert [one.item.tolist() for one in found] == [[24, 29], [25, 30]]
    assert [one.user.tolist() for one in found] == [[0, 3], [0, 3]]
    assert [one.before.lengths.tolist() for one in found] == [[4, 0, 0, 1], [5, 0, 0, 2]]


def test_a_part_of_a_log_has_as_many_users() -> None:
    part = only(GIVEN, GIVEN.item % 2 == 0)
    assert part.lengths.tolist() == [3, 0, 1, 2] and part.item.tolist() == [20, 22, 24, 26, 28, 30]
