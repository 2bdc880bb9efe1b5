"""Counts of what came after what."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest

from penstock.core.contracts import Array
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.transitions import moments, transitions

ITEMS, DECAY = 6, 0.7
# Two users: moments of one, three and two items, one item had twice; and of two items and one.
GIVEN = Histories(
    items=ITEMS,
    start=np.array([0, 6, 6, 9]),
    item=np.array([4, 0, 2, 5, 0, 3, 1, 2, 4]),
    time=np.array([10, 20, 20, 20, 30, 30, 20, 20, 40]),
    value=np.full(9, np.nan),
)


def counted(items: list[int], reach: int) -> Array:
    found = np.zeros((ITEMS, ITEMS))
    for later in range(len(items)):
        for back in range(1, min(reach, later) + 1):
            found[items[later - back], items[later]] += DECAY ** (back - 1)
    return found


def every_order(histories: Histories, user: int) -> list[list[int]]:
    """The user's items in each order that their moments leave open."""
    mine = slice(histories.start[user], histories.start[user + 1])
    item, time = histories.item[mine], histories.time[mine]
    groups = [permutations(item[time == moment].tolist()) for moment in np.unique(time)]
    return [[one for group in order for one in group] for order in product(*groups)]


@pytest.mark.parametrize("reach", [1, 2, 3, 100])
def test_steps_are_counted_as_they_stand(reach: int) -> None:
    found = transitions(GIVEN, reach, DECAY, even_ties=False).toarray()
    expected = counted([4, 0, 2, 5, 0, 3], reach) + counted([1, 2, 4], reach)
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("reach", [1, 2, 3, 100])
def test_even_ties_are_the_mean_over_all_orders_of_a_moment(reach: int) -> None:
    expected = np.zeros((ITEMS, ITEMS))
    for user in (0, 2):
        orders = every_order(GIVEN, user)
        expected += np.mean([counted(order, reach) for order in orders], axis=0)
    found = transitions(GIVEN, reach, DECAY, even_ties=True).toarray()
    assert found == pytest.approx(expected, abs=1e-12)


def test_an_item_that_was_had_twice_in_a_moment_follows_itself() -> None:
    twice = replace(GIVEN, start=np.array([0, 3]), item=np.array([1, 1, 2]), time=np.zeros(3))
    found = transitions(twice, 100, DECAY, even_ties=True).toarray()
    orders = every_order(twice, 0)
    assert found == pytest.approx(np.mean([counted(one, 100) for one in orders], axis=0))


def test_moments_end_where_a_user_does() -> None:
    assert moments(GIVEN).tolist() == [0, 1, 1, 1, 2, 2, 3, 3, 4]


@pytest.mark.parametrize("even", [False, True])
def test_nobody_takes_no_step(even: bool) -> None:
    assert transitions(GIVEN.part(1, 2), 5, DECAY, even).nnz == 0
