"""Stochastic descent on values: means of users and items, and the product of two vectors."""

from __future__ import annotations

from penstock.core.compiled import compiled
from penstock.core.contracts import Array


@compiled
def descend(
    order: Array,
    user: Array,
    item: Array,
    value: Array,
    of_users: Array,
    of_items: Array,
    rate: float,
    l2: float,
) -> float:
    """One step for each value, in place, on ½ (value - told)² + ½ l2 · squares.

    Args:
        order: which values, int64 [steps].
        user, item: int64 [values]; value: less the mean of all, float64 [values].
        of_users, of_items: float64 [users or items, 1 + size]: the mean, then the vector.

    Returns:
        The mean of the squared errors before each step.
    """
    total = 0.0
    for place in order:
        mine, its = of_users[user[place]], of_items[item[place]]
        error = value[place] - mine[0] - its[0]
        for i in range(1, len(mine)):
            error -= mine[i] * its[i]
        total += error * error
        mine[0] += rate * (error - l2 * mine[0])
        its[0] += rate * (error - l2 * its[0])
        for i in range(1, len(mine)):
            one, other = mine[i], its[i]
            mine[i] += rate * (error * other - l2 * one)
            its[i] += rate * (error * one - l2 * other)
    return total / max(len(order), 1)
