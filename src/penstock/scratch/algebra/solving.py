"""LU with row exchanges, and what follows: solving, inverse, determinant (Golub, Van Loan 3.4)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.algebra.shapes import matrix
from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError, ShapeError


def lu(value: Array) -> tuple[Array, Array, int]:
    """L and U in one matrix (unit diagonal of L left out), the order of rows, and its sign.

    The largest entry of a column is its pivot, so that no multiplier exceeds 1.
    """
    work = matrix("lu", value, square=True)
    order, sign = np.arange(len(work)), 1
    for step in range(len(work) - 1):
        pivot = step + int(np.abs(work[step:, step]).argmax())
        if pivot != step:
            work[[step, pivot]], order[[step, pivot]] = work[[pivot, step]], order[[pivot, step]]
            sign = -sign
        if work[step, step] != 0:
            work[step + 1 :, step] /= work[step, step]
            work[step + 1 :, step + 1 :] -= np.outer(work[step + 1 :, step], work[step, step + 1 :])
    return work, order, sign


def solve(value: Array, right: Array) -> Array:
    """X with A x = b, for b (n,) or (n, k).

    Raises:
        ShapeError: the two do not fit together.
        SettingError: A is singular.
    """
    work, order, _ = lu(value)
    b = np.array(right, np.float64)
    if b.shape[:1] != work.shape[:1]:
        raise ShapeError("solve", f"{len(work)} rows on the right", b.shape)
    scale = np.abs(work).max(initial=0.0)
    smallest = float(np.abs(np.diag(work)).min(initial=np.inf))
    if smallest <= len(work) * np.finfo(float).eps * scale:
        raise SettingError("solve", "a matrix that can be inverted", f"a pivot of {smallest:g}")
    x = b[order]
    for row in range(1, len(work)):
        x[row] -= work[row, :row] @ x[:row]
    for row in range(len(work) - 1, -1, -1):
        x[row] = (x[row] - work[row, row + 1 :] @ x[row + 1 :]) / work[row, row]
    return x


def inverse(value: Array) -> Array:
    """A⁻¹; raises as `solve`."""
    return solve(value, np.eye(len(value)))


def determinant(value: Array) -> float:
    """The product of the pivots, with the sign of the exchanges."""
    work, _, sign = lu(value)
    return float(sign * np.prod(np.diag(work)))
