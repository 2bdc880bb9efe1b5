"""Sliding windows over the rows of each entity, compiled.

The rows are gathered by entity once (a counting sort: O(rows)). Every window is then cut out by
two pointers: `first_within(lag)` finds, for each row, where the last `lag` microseconds of its
entity begin. A window (t - delay - width, t - delay] lies between the pointers of two lags, its
sum between two running totals. Totals are integers, so that no order of addition can matter.

All compiled functions stand in this one file: numba's cache on disk looks at the file of the
function it compiles, and would miss an edit to a helper that lies elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.compiled import compiled
from penstock.features.clock import DAY

Array = np.ndarray[Any, Any]


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
        codes: int64 [rows], in 0 … entities - 1; fewer than 2**31 rows.
        times: int64 [rows], ascending.

    Returns:
        For each place the row that lies there (int32), its time (int64), and the first place of
        its entity (int32).
    """
    begins = np.empty(codes.size, np.int32)
    offsets = np.zeros(entities + 1, np.int64)
    for row in range(codes.size):
        offsets[codes[row] + 1] += 1
    for entity in range(entities):
        offsets[entity + 1] += offsets[entity]
        begins[offsets[entity] : offsets[entity + 1]] = offsets[entity]
    order = np.empty(codes.size, np.int32)
    gathered = np.empty(codes.size, np.int64)
    free = offsets[:-1].copy()
    for row in range(codes.size):
        place = free[codes[row]]
        free[codes[row]] = place + 1
        order[place] = row
        gathered[place] = times[row]
    return order, gathered, begins


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
def _step(
    begins: Array, times: Array, lag: int, first: Array, start: int, place: int
) -> tuple[int, int]:
    """Move one of the two pointers; no branch says which: it would be mispredicted half the time.

    `start` stops at `place` since the lag is positive.
    """
    start = max(start, begins[place])
    behind = int(times[start] <= times[place] - lag)
    first[place] = start
    return start + behind, place + 1 - behind


@compiled
def first_within(begins: Array, times: Array, lag: int) -> Array:
    """int32 [rows]: for each place, the first place of its entity with a time > its own - `lag`.

    `lag` > 0. Each step waits for the one before it to be loaded and compared, so four walks,
    each over a quarter of the places, go side by side: twice as fast as one after the other.
    """
    rows = times.size
    first = np.empty(rows, np.int32)
    one, two, three = rows // 4, rows // 2, rows // 4 * 3
    a = b = c = d = 0
    i, j, k, m = 0, one, two, three
    while i < one and j < two and k < three and m < rows:
        a, i = _step(begins, times, lag, first, a, i)
        b, j = _step(begins, times, lag, first, b, j)
        c, k = _step(begins, times, lag, first, c, k)
        d, m = _step(begins, times, lag, first, d, m)
    while i < one:
        a, i = _step(begins, times, lag, first, a, i)
    while j < two:
        b, j = _step(begins, times, lag, first, b, j)
    while k < three:
        c, k = _step(begins, times, lag, first, c, k)
    while m < rows:
        d, m = _step(begins, times, lag, first, d, m)
    return first


@compiled
def window_counts(order: Array, starts: Array, ends: Array) -> Array:
    """int32 [rows], in the table's order: the rows of each window."""
    counts = np.empty(order.size, np.int32)
    for place in range(order.size):
        counts[order[place]] = ends[place] - starts[place]
    return counts


@compiled
def window_shares(order: Array, starts: Array, ends: Array, totals: Array, scale: int) -> Array:
    """float64 [rows], in the table's order: the `share` of each window."""
    shares = np.empty(order.size, np.float64)
    for place in range(order.size):
        start, end = starts[place], ends[place]
        shares[order[place]] = share(totals[end] - totals[start], end - start, scale)
    return shares


@compiled
def days_between(then: int, now: int) -> float:
    """Days from one moment to a later one, both in microseconds: one rounding."""
    return (now - then) / DAY


@compiled
def latest_marked(order: Array, begins: Array, marks: Array) -> Array:
    """int32 [rows]: for each place, the last one up to it whose row is marked, else -1.

    Only places of its entity count. Marks are 0 for no.
    """
    latest = np.empty(order.size, np.int32)
    found = np.int32(-1)
    for place in range(order.size):
        if begins[place] == place:
            found = np.int32(-1)
        if marks[order[place]] != 0:
            found = np.int32(place)
        latest[place] = found
    return latest


@compiled
def next_marked(order: Array, marks: Array) -> Array:
    """int32 [rows + 1]: the first place from each one on whose row is marked, of any entity."""
    following = np.empty(order.size + 1, np.int32)
    found = np.int32(order.size)
    following[order.size] = found
    for place in range(order.size - 1, -1, -1):
        if marks[order[place]] != 0:
            found = np.int32(place)
        following[place] = found
    return following


@compiled
def window_totals(order: Array, starts: Array, ends: Array, totals: Array) -> Array:
    """int32 [rows], in the table's order: what each window adds up to."""
    sums = np.empty(order.size, np.int32)
    for place in range(order.size):
        sums[order[place]] = totals[ends[place]] - totals[starts[place]]
    return sums


@compiled
def window_largest(order: Array, starts: Array, values: Array) -> Array:
    """float64 [rows], in the table's order: the largest value of each window that ends at its row.

    A queue holds the places that may still be the largest, falling in value: O(rows).
    """
    largest = np.empty(order.size, np.float64)
    queue = np.empty(order.size, np.int32)
    head = tail = 0
    for place in range(order.size):
        value = values[order[place]]
        while head < tail and queue[head] < starts[place]:
            head += 1
        while head < tail and values[order[queue[tail - 1]]] <= value:
            tail -= 1
        queue[tail] = place
        tail += 1
        largest[order[place]] = values[order[queue[head]]]
    return largest


@compiled
def days_since_last(
    order: Array, times: Array, starts: Array, ends: Array, latest: Array, none: float
) -> Array:
    """float64 [rows], in the table's order: age of the last marked row of each window."""
    ages = np.full(order.size, none, np.float64)
    for place in range(order.size):
        if starts[place] < ends[place]:
            found = latest[ends[place] - 1]
            if found >= starts[place]:
                ages[order[place]] = days_between(times[found], times[place])
    return ages


@compiled
def days_since_first(
    order: Array, times: Array, starts: Array, ends: Array, following: Array, none: float
) -> Array:
    """float64 [rows], in the table's order: age of the first marked row of each window."""
    ages = np.full(order.size, none, np.float64)
    for place in range(order.size):
        found = following[starts[place]]
        if found < ends[place]:
            ages[order[place]] = days_between(times[found], times[place])
    return ages


@compiled
def after_latest(starts: Array, ends: Array, latest: Array) -> Array:
    """int32 [rows]: where each window begins when it is cut after its last marked row."""
    cut = np.empty(starts.size, np.int32)
    for place in range(starts.size):
        cut[place] = starts[place]
        if starts[place] < ends[place]:
            cut[place] = max(starts[place], latest[ends[place] - 1] + 1)
    return cut
