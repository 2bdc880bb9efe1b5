"""What is true beside what was told."""

from __future__ import annotations

from penstock.scratch.arrays import Array
from penstock.scratch.errors import ShapeError


def check_pair(where: str, true: Array, told: Array) -> None:
    """Two lines (N,) of one length, N from 1.

    Raises:
        ShapeError: they are not.
    """
    if true.ndim != 1 or true.shape != told.shape or not len(true):
        raise ShapeError(where, "two lines of one length", f"{true.shape}, {told.shape}")
