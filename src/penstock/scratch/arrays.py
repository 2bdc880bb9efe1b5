"""Names of the types that every part speaks of."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
Axis = int | tuple[int, ...] | None  # None: all axes
Pair = int | tuple[int, int]  # height and width; one number stands for both


def pair(value: Pair) -> tuple[int, int]:
    """Height and width of `value`."""
    return (value, value) if isinstance(value, int) else value
