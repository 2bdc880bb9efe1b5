"""The nearest rows, found by comparing with all of them."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array

NUMBERS_AT_ONCE = 4_000_000  # distances held in memory


def squared_distances(a: Array, b: Array) -> Array:
    """|aᵢ - bⱼ|² = |aᵢ|² - 2aᵢ·bⱼ + |bⱼ|², (rows of a, rows of b): one matrix product, no loop."""
    squares = np.einsum("ij,ij->i", a, a)[:, None] + np.einsum("ij,ij->i", b, b)
    squares -= 2 * (a @ b.T)
    np.maximum(squares, 0, out=squares)
    return np.asarray(squares)


def nearest(rows: Array, among: Array, count: int) -> tuple[Array, Array]:
    """The `count` rows of `among` nearest to each of `rows`, nearest first; ties by their order.

    Returns:
        Distances and positions in `among`, both (rows, count).
    """
    # |a|² - 2ab + |b|² loses fewest digits around 0; whole numbers stay whole, and exact.
    centre = np.round(among.mean(axis=0))
    rows, among = rows - centre, among - centre
    at_once = max(NUMBERS_AT_ONCE // len(among), 1)
    parts = [
        _lowest(squared_distances(rows[start : start + at_once], among), count)
        for start in range(0, len(rows), at_once)
    ]
    places = np.concatenate(parts)
    # The few that are left are measured exactly.
    exact = np.sqrt(((rows[:, None] - among[places]) ** 2).sum(axis=2))
    order = np.lexsort((places, exact), axis=1)
    return np.take_along_axis(exact, order, 1), np.take_along_axis(places, order, 1)


def _lowest(table: Array, count: int) -> Array:
    """Columns of the `count` lowest numbers of each line, of equal ones the first columns."""
    limit = np.partition(table, count - 1, axis=1)[:, count - 1 : count]
    line, column = np.nonzero(table <= limit)
    order = np.lexsort((column, table[line, column], line))
    line, column = line[order], column[order]
    first = np.searchsorted(line, np.arange(len(table)))
    return np.asarray(column[first[:, None] + np.arange(count)])
