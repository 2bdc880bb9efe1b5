"""What every routine asks of its matrices."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import ShapeError


def matrix(where: str, value: Array, square: bool = False) -> Array:
    """`value` as a float64 matrix of its own, to be worked on.

    Raises:
        ShapeError: it is no matrix, or not square where it must be.
    """
    found = np.array(value, np.float64)
    if found.ndim != 2 or (square and found.shape[0] != found.shape[1]):
        raise ShapeError(where, "a square matrix" if square else "a matrix", found.shape)
    return found
