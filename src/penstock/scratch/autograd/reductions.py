"""Many numbers to fewer: sum, mean, largest."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array, Axis
from penstock.scratch.autograd.tensor import Tensor, record
from penstock.scratch.errors import ShapeError


def total(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Σx over `axis`: every addend gets the gradient of its sum."""
    _check("sum", x, axis)
    data = x.data.sum(axis=axis, keepdims=keepdims)
    return record(data, "sum", (x, lambda grad: _spread(grad, x.shape, axis, keepdims)))


def mean(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Σx/n over `axis`."""
    _check("mean", x, axis)
    data = x.data.mean(axis=axis, keepdims=keepdims)
    share = data.size / x.data.size
    return record(data, "mean", (x, lambda grad: _spread(grad * share, x.shape, axis, keepdims)))


def largest(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Largest value over `axis`; where several are, each gets an equal part of the gradient."""
    _check("largest", x, axis)
    kept = x.data.max(axis=axis, keepdims=True)

    def share(grad: Array) -> Array:
        winners = x.data == kept
        among = winners.sum(axis=axis, keepdims=True)
        part: Array = _spread(grad, x.shape, axis, keepdims) * winners / among
        return part

    return record(x.data.max(axis=axis, keepdims=keepdims), "largest", (x, share))


def _spread(grad: Array, shape: tuple[int, ...], axis: Axis, keepdims: bool) -> Array:
    if axis is not None and not keepdims:
        grad = np.expand_dims(grad, axis)
    return np.broadcast_to(grad, shape)


def _check(op: str, x: Tensor, axis: Axis) -> None:
    axes = range(len(x.shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    try:
        sizes = [x.shape[one] for one in axes]
    except IndexError:
        raise ShapeError(op, f"axes of an array of shape {x.shape}", axis) from None
    if 0 in sizes:
        raise ShapeError(op, "one number at least to reduce", f"shape {x.shape}")
