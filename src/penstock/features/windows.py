"""Sliding windows over the rows of each entity, compiled.

The rows are gathered by entity once (a counting sort: O(rows)). Every window is then cut out by
two pointers: `first_within(lag)` finds, for each row, where the last `lag` microseconds of its
entity begin. A window (t - delay - width, t - delay] lies between the pointers of two lags, its
sum between two running totals. Totals are integers, so that no order of addition can matter.

All compiled functions stand in this one file: numba's cache on disk looks at the file of the
function it compiles, and would miss an edit to a helper that lies elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

Array = np.ndarray[Any, Any]
Compiled = TypeVar("Compiled", bound=Callable[..., Any])


def compiled(function: Compiled) -> Compiled:
    """Compile at the first call, keep the machine code on disk for later processes."""
    return cast(Compiled, numba.njit(cache=True, nogil=True)(function))


@compiled
def share(total: int, count: int, scale: int) -> float:
    """`total / (count * scale)`, 0 for an empty window: one rounding, batch or stream."""
    if count == 0:
        return 0.0
    return total / (count * scale)


@compiled
def gather(codes: Array, entities: int, times: Array) -> tuple[Array, Array, Array]:
    """Rows by entity, in their own order within each: a counting sort.

    Args:
        codes: int64 [rows], in 0 … entities - 1.
        times: int64 [rows], ascending.

    Returns:
        offsets [entities + 1] of each entity's rows; the rows' numbers; their times.
    """
    offsets = np.zeros(entities + 1, np.int64)
    for row in range(codes.size):
        offsets[codes[row] + 1] += 1
    for entity in range(entities):
        offsets[entity + 1] += offsets[entity]
    free = offsets[:-1].copy()
    order = np.empty(codes.size, np.int32)
    gathered = np.empty(codes.size, np.int64)
    for row in range(codes.size):
        place = free[codes[row]]
        free[codes[row]] = place + 1
        order[place] = row
        gathered[place] = times[row]
    return offsets, order, gathered


@compiled
def running_totals(order: Array, values: Array) -> Array:
    """int64 [rows + 1]: the sum of all gathered values before each place."""
    totals = np.empty(order.size + 1, np.int64)
    total = np.int64(0)
    for place in range(order.size):
        totals[place] = total
        total += values[order[place]]
    totals[order.size] = total
    return totals


@compiled
def first_within(offsets: Array, times: Array, lag: int) -> Array:
    """For each place, the first place of its entity with a time > its own - `lag`; lag > 0."""
    first = np.empty(times.size, np.int32)
    for entity in range(offsets.size - 1):
        start = place = offsets[entity]
        while place < offsets[entity + 1]:
            # One of the two pointers moves, and no branch says which: a branch here would be
            # mispredicted half of the time. `start` stops at `place` since the lag is positive.
            behind = np.int64(times[start] <= times[place] - lag)
            first[place] = start
            start += behind
            place += 1 - behind
    return first


@compiled
def window_counts(order: Array, starts: Array, ends: Array) -> Array:
    """int32 [rows], in the table's order: rows in each window."""
    counts = np.empty(order.size, np.int32)
    for place in range(order.size):
        counts[order[place]] = ends[place] - starts[place]
    return counts


@compiled
def window_shares(order: Array, starts: Array, ends: Array, totals: Array, scale: int) -> Array:
    """float64 [rows], in the table's order: mean value in each window, 0 where it is empty."""
    shares = np.empty(order.size, np.float64)
    for place in range(order.size):
        start, end = starts[place], ends[place]
        shares[order[place]] = share(totals[end] - totals[start], end - start, scale)
    return shares
