"""The vectors of rows when those of columns are given: regularised least squares, row by row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

from penstock.core.compiled import compiled
from penstock.core.contracts import Array

TOGETHER = 256  # rows that a thread takes at a time


def solve_rows(
    had: sparse.csr_array, fixed: Array, unobserved: float, penalty: Array, threads: int
) -> Array:
    """The x of each row that solves (unobserved · Σ f f' + Σ g g' + penalty · I) x = Σ g.

    The f are the vectors of all columns, the g of those that the row had.

    Args:
        had: 1 where a row had a column, shape (rows, columns).
        fixed: the vectors of the columns, float64 [columns, size].
        penalty: above 0, shape (rows,).

    Returns:
        float64 [rows, size], the same for any number of threads; a row depends on no other.
    """
    found = np.zeros((had.shape[0], fixed.shape[1]))
    gram = np.zeros((fixed.shape[1], fixed.shape[1]))
    # Not by BLAS, whose threads stand in each other's way on so small a product.
    _add_squares(gram, fixed, np.arange(len(fixed), dtype=had.indices.dtype))
    gram *= unobserved
    parts = (had.indptr, had.indices, fixed, gram, penalty, found)

    def block(first: int) -> None:
        _solve(*parts, first, min(first + TOGETHER, len(found)))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(block, range(0, len(found), TOGETHER)))
    return found


@compiled
def _solve(
    start: Array,
    columns: Array,
    fixed: Array,
    gram: Array,
    penalty: Array,
    found: Array,
    first: int,
    last: int,
) -> None:
    """Fill `found[first:last]`, by Cholesky."""
    left = np.empty_like(gram)
    for row in range(first, last):
        left[:] = gram
        had = columns[start[row] : start[row + 1]]
        _add_squares(left, fixed, had)
        right = found[row]
        for place in range(len(had)):
            right += fixed[had[place]]
        for i in range(len(left)):
            left[i, i] += penalty[row]
        _factorise(left)
        _substitute(left, right)


@compiled
def _add_squares(left: Array, fixed: Array, had: Array) -> None:
    """Add f f' for each column had: four at a time, whole rows, for the sake of speed."""
    four = len(had) - len(had) % 4
    for place in range(0, four, 4):
        a, b = fixed[had[place]], fixed[had[place + 1]]
        c, d = fixed[had[place + 2]], fixed[had[place + 3]]
        for i in range(len(left)):
            row = left[i]
            of_a, of_b, of_c, of_d = a[i], b[i], c[i], d[i]
            for j in range(len(row)):
                row[j] += of_a * a[j] + of_b * b[j] + of_c * c[j] + of_d * d[j]
    for place in range(four, len(had)):
        a = fixed[had[place]]
        for i in range(len(left)):
            row, of_a = left[i], a[i]
            for j in range(len(row)):
                row[j] += of_a * a[j]


@compiled
def _factorise(left: Array) -> None:
    """U of U'U = left, in place of the upper triangle; what lies below it means nothing."""
    for k in range(len(left)):
        mine = left[k, k:]
        four = k - k % 4
        for i in range(0, four, 4):
            a, b, c, d = left[i, k:], left[i + 1, k:], left[i + 2, k:], left[i + 3, k:]
            of_a, of_b, of_c, of_d = a[0], b[0], c[0], d[0]
            for j in range(len(mine)):
                mine[j] -= of_a * a[j] + of_b * b[j] + of_c * c[j] + of_d * d[j]
        for i in range(four, k):
            a = left[i, k:]
            of_a = a[0]
            for j in range(len(mine)):
                mine[j] -= of_a * a[j]
        scale = 1 / np.sqrt(mine[0])
        for j in range(len(mine)):
            mine[j] *= scale


@compiled
def _substitute(upper: Array, right: Array) -> None:
    """The x of U'U x = right, in place of `right`: forwards, then backwards."""
    size = len(right)
    for i in range(size):
        right[i] /= upper[i, i]
        rest, row, known = right[i + 1 :], upper[i, i + 1 :], right[i]
        for j in range(len(rest)):
            rest[j] -= known * row[j]
    for i in range(size - 1, -1, -1):
        told = right[i]
        for j in range(i + 1, size):
            told -= upper[i, j] * right[j]
        right[i] = told / upper[i, i]
