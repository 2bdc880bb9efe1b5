"""Coordinate descent on a Gram matrix, one column at a time (Friedman et al. 2010)."""

from __future__ import annotations

import numpy as np

from penstock.core.compiled import compiled
from penstock.core.contracts import Array


@compiled
def regress(
    gram: Array, first: int, last: int, l1: float, l2: float, passes: int, tolerance: float
) -> Array:
    """For the columns `first` to `last` the weights b that tell them from all others.

    Minimises ½ b'Gb - g'b + l1 Σb + ½ l2 b'b over b ≥ 0, b[own] = 0, g the column of `gram`.

    Args:
        gram: symmetric, no negative entry, float64 [items, items].
        tolerance: stop when no weight changes by more in a pass.

    Returns:
        float64 [last - first, items]: a row for each column.
    """
    items = gram.shape[0]
    found = np.zeros((last - first, items))
    for own in range(first, last):
        weights, goal = found[own - first], gram[own]
        told = np.zeros(items)  # G @ weights
        # An item that isn't worth its l1 against nothing never will be: `told` has no negatives.
        useful = np.flatnonzero(goal > l1)
        useful = useful[useful != own]
        for _ in range(passes):
            if _round(gram, goal, weights, told, useful, l1, l2) <= tolerance:
                break
            # To the end among those in use, in a matrix of their own: it is much the smaller.
            used = np.flatnonzero(weights)
            few = np.empty((len(used), len(used)))
            for place in range(len(used)):
                few[place] = gram[used[place]][used]
            theirs, level, all_used = weights[used], told[used], np.arange(len(used))
            for _ in range(passes):
                if _round(few, goal[used], theirs, level, all_used, l1, l2) <= tolerance:
                    break
            weights[used] = theirs
            told[:] = 0
            for item in used:
                told += weights[item] * gram[item]
    return found


@compiled
def _round(
    gram: Array, goal: Array, weights: Array, told: Array, places: Array, l1: float, l2: float
) -> float:
    """Bring each of `places` to its best, given the others; the largest change of a weight."""
    largest = 0.0
    for place in places:
        before, bend = weights[place], gram[place, place]
        pull = goal[place] - told[place] + bend * before - l1
        after = max(0.0, pull) / (bend + l2)
        change = after - before
        if change != 0.0:
            weights[place] = after
            told += change * gram[place]
            largest = max(largest, abs(change))
    return largest
