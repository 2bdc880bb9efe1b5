"""One number for each window of an image: the largest or the mean."""

from __future__ import annotations

from itertools import product

import numpy as np

from penstock.scratch.arrays import Array, Pair
from penstock.scratch.autograd.tensor import Tensor, record
from penstock.scratch.errors import SettingError
from penstock.scratch.nn.images import Window
from penstock.scratch.nn.module import Module


def max_pool2d(x: Tensor, kernel: Pair, stride: Pair | None = None, padding: Pair = 0) -> Tensor:
    """Largest number of each window; it gets the whole gradient, the first of equals.

    Args:
        x: (N, C, H, W).
        kernel: height and width of a window.
        stride: from one window to the next; the kernel's size by default.
        padding: -∞ on every side, at most half the kernel.

    Returns:
        (N, C, rows, columns), see `Window.places`.

    Raises:
        ShapeError: no window fits.
        SettingError: a window could lie in the padding alone.
    """
    window = _window("max_pool2d", kernel, stride, padding)
    places, padded = window.places(x.shape), window.padded(x.data, -np.inf)
    seen = [window.shifted(padded, row, column, places) for row, column in _offsets(window)]
    apart = all(s >= k for s, k in zip(window.stride, window.kernel, strict=True))
    y = seen[0].copy()
    for one in seen[1:]:
        np.maximum(y, one, out=y)

    def share(grad: Array) -> Array:
        back, flowing = np.zeros_like(padded), np.ascontiguousarray(grad.transpose(1, 2, 3, 0))
        waiting = np.ones(y.shape, bool)  # windows whose largest number is still to be found
        for (row, column), one in zip(_offsets(window), seen, strict=True):
            won = one == y
            won &= waiting
            waiting ^= won
            target = window.shifted(back, row, column, places)
            if apart:
                np.multiply(flowing, won, out=target)
            else:
                target += flowing * won
        return window.cropped(back)

    return record(y.transpose(3, 0, 1, 2), "max_pool2d", (x, share))


def avg_pool2d(x: Tensor, kernel: Pair, stride: Pair | None = None, padding: Pair = 0) -> Tensor:
    """Mean of each window, zeros of the padding included; every number gets an equal share.

    Args and errors as for `max_pool2d`; the padding is zeros.
    """
    window = _window("avg_pool2d", kernel, stride, padding)
    places, padded = window.places(x.shape), window.padded(x.data)
    share_of_one = 1 / (window.kernel[0] * window.kernel[1])
    y = np.zeros((padded.shape[0], *places, padded.shape[3]), x.dtype)
    for row, column in _offsets(window):
        y += window.shifted(padded, row, column, places)
    y *= share_of_one
    shape = padded.shape

    def share(grad: Array) -> Array:
        back, flowing = np.zeros(shape, grad.dtype), grad.transpose(1, 2, 3, 0) * share_of_one
        for row, column in _offsets(window):
            window.shifted(back, row, column, places)[...] += flowing
        return window.cropped(back)

    return record(y.transpose(3, 0, 1, 2), "avg_pool2d", (x, share))


class MaxPool2d(Module):
    """`max_pool2d` as a module."""

    def __init__(self, kernel: Pair, stride: Pair | None = None, padding: Pair = 0) -> None:
        self.how = (kernel, stride, padding)

    def forward(self, x: Tensor) -> Tensor:
        return max_pool2d(x, *self.how)


class AvgPool2d(Module):
    """`avg_pool2d` as a module."""

    def __init__(self, kernel: Pair, stride: Pair | None = None, padding: Pair = 0) -> None:
        self.how = (kernel, stride, padding)

    def forward(self, x: Tensor) -> Tensor:
        return avg_pool2d(x, *self.how)


def _window(where: str, kernel: Pair, stride: Pair | None, padding: Pair) -> Window:
    window = Window(where, kernel, kernel if stride is None else stride, padding)
    if any(2 * p > k for p, k in zip(window.padding, window.kernel, strict=True)):
        raise SettingError(where, f"padding of half the kernel {kernel} at most", padding)
    return window


def _offsets(window: Window) -> product[tuple[int, int]]:
    return product(range(window.kernel[0]), range(window.kernel[1]))
