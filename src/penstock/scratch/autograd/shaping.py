"""The same numbers in another order or shape, some of them, or several arrays as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor, record
from penstock.scratch.errors import ShapeError


def reshape(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The numbers in row-major order as `shape`; one axis may be -1.

    Raises:
        ShapeError: `shape` holds another number of them.
    """
    try:
        data = x.data.reshape(shape)
    except ValueError:
        raise ShapeError("reshape", f"a shape of {x.data.size} numbers", shape) from None
    return record(data, "reshape", (x, lambda grad: grad.reshape(x.shape)))


def swapaxes(x: Tensor, one: int, other: int) -> Tensor:
    """Axes `one` and `other` in each other's place."""
    data = x.data.swapaxes(one, other)
    return record(data, "swapaxes", (x, lambda grad: grad.swapaxes(one, other)))


def take(x: Tensor, key: Any) -> Tensor:
    """`x[key]`, by slices, numbers, masks or arrays of indices; a row taken twice counts twice."""
    try:
        data = x.data[key]
    except IndexError as error:
        raise ShapeError("take", f"a key into shape {x.shape}", f"{key!r}: {error}") from None
    parts = key if isinstance(key, tuple) else (key,)
    fancy = any(isinstance(part, np.ndarray | list) for part in parts)

    def share(grad: Array) -> Array:
        back = np.zeros_like(x.data)
        if fancy:
            np.add.at(back, key, grad)
        else:
            back[key] = grad
        return back

    return record(data, "take", (x, share))


def concatenate(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Arrays one after the other along `axis`; all other axes agree.

    Raises:
        ShapeError: there is none, or they do not agree.
    """
    shapes = [tensor.shape for tensor in tensors]
    try:
        data = np.concatenate([tensor.data for tensor in tensors], axis=axis)
    except ValueError:
        raise ShapeError("concatenate", f"shapes equal but in axis {axis}", shapes) from None
    ends = np.cumsum([shape[axis] for shape in shapes]).tolist()

    def part(start: int, end: int) -> Any:
        return lambda grad: np.moveaxis(np.moveaxis(grad, axis, 0)[start:end], 0, axis)

    edges = zip(tensors, map(part, [0, *ends], ends), strict=True)
    return record(data, "concatenate", *edges)


def stack(tensors: Sequence[Tensor]) -> Tensor:
    """Arrays of one shape (…) as (number of them, …)."""
    return concatenate([tensor.reshape(1, *tensor.shape) for tensor in tensors])
