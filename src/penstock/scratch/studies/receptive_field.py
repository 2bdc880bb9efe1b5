"""What part of an image one number deep in a net can see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError
from penstock.scratch.nn.images import Window


@dataclass(frozen=True)
class Field:
    """Of one axis.

    Attributes:
        size: pixels that one number sees, from the first to the last.
        jump: pixels between the fields of neighbours.
        start: centre of the first number's field, the first pixel's centre being 0.
    """

    size: int = 1
    jump: int = 1
    start: float = 0.0


def receptive_field(windows: Iterable[Window], axis: int = 0) -> Field:
    """The field after convolutions and poolings, the lowest first.

    Each adds dilation·(kernel - 1)·jump to the size and multiplies the jump by its stride (Araujo,
    Norris and Sim 2019, equations 1 and 2).

    Args:
        windows: of the layers, as `Conv2d.window` or `Window("pool", 2, 2)`.
        axis: 0 for rows, 1 for columns.
    """
    field = Field()
    for window in windows:
        span = window.dilation[axis] * (window.kernel[axis] - 1)
        field = Field(
            field.size + span * field.jump,
            field.jump * window.stride[axis],
            field.start + (span / 2 - window.padding[axis]) * field.jump,
        )
    return field


def measured_field(
    net: Callable[[Tensor], Tensor], size: int, channels: int = 1
) -> tuple[slice, slice]:
    """Rows and columns of a square image that the number in the middle of the result depends on.

    The support of its gradient, on an image of ones: exact for weights above 0 and linear layers
    or mean pooling, a lower bound else.

    Args:
        net: from (1, channels, size, size) to (1, C, rows, columns).
        size: of the image.
        channels: of the image.
    """
    image = Tensor(np.ones((1, channels, size, size)), requires_grad=True)
    result = net(image)
    at = np.zeros(result.shape)
    at[0, :, result.shape[2] // 2, result.shape[3] // 2] = 1
    result.backward(at)
    if image.grad is None or not image.grad.any():
        raise SettingError("measured_field", "a net whose middle sees the image", "no gradient")
    rows, columns = np.nonzero(image.grad[0].any(axis=0))
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
