"""Products and transposes: a matrix product is a sum of outer products."""

from __future__ import annotations

import numpy as np

from penstock.scratch.algebra.shapes import matrix
from penstock.scratch.arrays import Array
from penstock.scratch.errors import ShapeError


def product(left: Array, right: Array) -> Array:
    """(m, n): left (m, k) times right (k, n), column by row: Σ left[:, i] right[i, :].

    Raises:
        ShapeError: the inner sides differ.
    """
    a, b = matrix("product", left), matrix("product", right)
    if a.shape[1] != b.shape[0]:
        raise ShapeError("product", "(m, k) and (k, n)", f"{a.shape}, {b.shape}")
    found = np.zeros((a.shape[0], b.shape[1]))
    for column, row in zip(a.T, b, strict=True):
        found += column[:, None] * row
    return found


def transpose(value: Array) -> Array:
    """(n, m) of (m, n): entry (i, j) goes to (j, i)."""
    given = matrix("transpose", value)
    rows, columns = np.indices(given.shape)
    found = np.empty(given.shape[::-1])
    found[columns, rows] = given
    return found
