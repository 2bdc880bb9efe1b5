"""Functions of each number by itself, and a choice between two."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor, record
from penstock.scratch.errors import ShapeError


def exp(x: Tensor) -> Tensor:
    """eˣ; its derivative is itself."""
    y = np.exp(x.data)
    return record(y, "exp", (x, lambda grad: grad * y))


def log(x: Tensor) -> Tensor:
    """Ln x; derivative 1/x."""
    return record(np.log(x.data), "log", (x, lambda grad: grad / x.data))


def sqrt(x: Tensor) -> Tensor:
    """√x; derivative 1/(2√x)."""
    y = np.sqrt(x.data)
    return record(y, "sqrt", (x, lambda grad: grad / (2 * y)))


def absolute(x: Tensor) -> Tensor:
    """|x|; derivative the sign of x, 0 at 0."""
    return record(np.abs(x.data), "absolute", (x, lambda grad: grad * np.sign(x.data)))


def maximum(a: Tensor, b: Tensor) -> Tensor:
    """The larger of a and b, broadcast; at a tie either gets half the gradient."""

    def wins(one: Array, other: Array) -> Array:
        won: Array = (one > other) + 0.5 * (one == other)
        return won

    data = np.maximum(a.data, b.data)
    return record(
        data,
        "maximum",
        (a, lambda grad: grad * wins(a.data, b.data)),
        (b, lambda grad: grad * wins(b.data, a.data)),
    )


def where(mask: Array, a: Tensor, b: Tensor) -> Tensor:
    """`a` where the mask is true, else `b`, all three broadcast.

    Raises:
        ShapeError: they do not fit together, or the mask is not boolean.
    """
    if mask.dtype != bool:
        raise ShapeError("where", "a boolean mask", mask.dtype)
    try:
        data = np.where(mask, a.data, b.data)
    except ValueError:
        came = f"{mask.shape}, {a.shape} and {b.shape}"
        raise ShapeError("where", "shapes that fit together", came) from None
    return record(data, "where", (a, lambda grad: grad * mask), (b, lambda grad: grad * ~mask))
