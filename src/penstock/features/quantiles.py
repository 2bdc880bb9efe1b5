"""Quantiles of all earlier values of each entity, exact, compiled.

Two heaps hold what an entity has seen: `low` the smallest values with the largest on top, `high`
the others with the smallest on top. Their sizes are such that a quantile lies between the two
tops, so that a value costs O(log n) wherever it falls, and nothing is ever sorted. (A stream keeps
the values of an entity in order: usual.py. Both are whole numbers, so that nothing can differ.)

All compiled functions that call each other stand in this one file, as in windows.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.compiled import compiled
from penstock.features.usual import PERCENT

Array = np.ndarray[Any, Any]


@compiled
def _sink(heap: Array, size: int, value: int, sign: int) -> None:
    """Put `value` in place of the top; `sign` is 1 for the smallest on top, -1 for the largest."""
    place = 0
    while True:
        child = 2 * place + 1
        if child + 1 < size and sign * heap[child + 1] < sign * heap[child]:
            child += 1
        if child >= size or sign * heap[child] >= sign * value:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = value


@compiled
def _climb(heap: Array, size: int, value: int, sign: int) -> None:
    """Add `value` to a heap of `size` values."""
    place = size
    while place > 0:
        parent = (place - 1) // 2
        if sign * heap[parent] <= sign * value:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = value


@compiled
def push(low: Array, high: Array, seen: int, percent: int, value: int) -> None:
    """Add the value that comes after `seen` others; the heaps have room for it."""
    lows = lows_of(seen, percent)
    highs = seen - lows
    if lows_of(seen + 1, percent) == lows:
        if lows > 0 and value < low[0]:
            value, larger = low[0], value
            _sink(low, lows, larger, -1)
        _climb(high, highs, value, 1)
    else:
        if highs > 0 and value > high[0]:
            value, smaller = high[0], value
            _sink(high, highs, smaller, 1)
        _climb(low, lows, value, -1)


@compiled
def lows_of(seen: int, percent: int) -> int:
    """How many of `seen` values lie in the heap `low`."""
    if seen == 0:
        return 0
    return (seen - 1) * percent // PERCENT + 1


@compiled
def quantile(low: Array, high: Array, seen: int, percent: int) -> int:
    """100 times the quantile of `seen` > 0 values, exact; linear between neighbours."""
    beyond = (seen - 1) * percent % PERCENT
    if beyond == 0:
        return int(low[0]) * PERCENT
    return int(low[0]) * (PERCENT - beyond) + int(high[0]) * beyond


@compiled
def earlier_quantiles(order: Array, begins: Array, values: Array, percent: int) -> Array:
    """int64 [rows], in the table's order: the `quantile` of the entity's rows before each.

    Where there are none it is 100 times the row's own value. Values lie within 2**53.
    """
    quantiles = np.empty(order.size, np.int64)
    low, high = np.empty(order.size, np.int64), np.empty(order.size, np.int64)
    seen = 0
    for place in range(order.size):
        if begins[place] == place:
            seen = 0
        row = order[place]
        if seen == 0:
            quantiles[row] = values[row] * PERCENT
        else:
            quantiles[row] = quantile(low, high, seen, percent)
        push(low, high, seen, percent, values[row])
        seen += 1
    return quantiles
