"""How images lie in memory, and the windows that a kernel sees of them.

An image tensor's shape is (N, C, H, W), as everywhere; its memory, from the first convolution on,
is (C, H, W, N). So a window moved by one is one long run of numbers for the whole batch, which
makes copying windows and adding them back several times faster than runs of a kernel's width.
NumPy's element-wise operations keep the order of memory that they find.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from penstock.scratch.arrays import Array, Pair, pair
from penstock.scratch.errors import SettingError, ShapeError

BAND = 2 << 20  # bytes; about what a core's caches hold


class Window:
    """A kernel's size and how it moves over images.

    Attributes:
        kernel, stride, padding, dilation: (height, width) each.
    """

    def __init__(
        self, where: str, kernel: Pair, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1
    ) -> None:
        self.where = where
        self.kernel, self.stride = pair(kernel), pair(stride)
        self.padding, self.dilation = pair(padding), pair(dilation)
        if min(self.kernel + self.stride + self.dilation) < 1 or min(self.padding) < 0:
            came = f"kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}"
            raise SettingError(where, "whole numbers from 1, padding from 0", came)

    def places(self, shape: tuple[int, ...]) -> tuple[int, int]:
        """Rows and columns of windows: ⌊(size + 2·padding - dilation·(kernel - 1) - 1)/stride⌋ + 1.

        Raises:
            ShapeError: `shape` is not (N, C, H, W), or no window fits.
        """
        if len(shape) != 4:
            raise ShapeError(self.where, "an input (N, C, H, W)", shape)
        found = [
            (shape[2 + a] + 2 * self.padding[a] - self.dilation[a] * (self.kernel[a] - 1) - 1)
            // self.stride[a]
            + 1
            for a in (0, 1)
        ]
        if min(found) < 1:
            raise ShapeError(self.where, f"images that a {self.kernel} kernel fits into", shape)
        return found[0], found[1]

    def padded(self, x: Array, fill: float = 0.0) -> Array:
        """(N, C, H, W) in any order as (C, H + 2p, W + 2q, N) in that very order."""
        (p, q), (n, c, h, w) = self.padding, x.shape
        inner = x.transpose(1, 2, 3, 0)
        if p == q == 0:
            return np.ascontiguousarray(inner)
        out = np.full((c, h + 2 * p, w + 2 * q, n), fill, x.dtype)
        out[:, p : p + h, q : q + w] = inner
        return out

    def cropped(self, padded: Array) -> Array:
        """What `padded` was made of, as (N, C, H, W)."""
        p, q = self.padding
        _, h, w, _ = padded.shape
        return padded[:, p : h - p, q : w - q].transpose(3, 0, 1, 2)

    def shifted(self, padded: Array, row: int, column: int, places: tuple[int, int]) -> Array:
        """What place (row, column) of the kernel sees in all windows: a view (C, *places, N)."""
        top, left = row * self.dilation[0], column * self.dilation[1]
        bottom = top + (places[0] - 1) * self.stride[0] + 1
        right = left + (places[1] - 1) * self.stride[1] + 1
        return padded[:, top : bottom : self.stride[0], left : right : self.stride[1]]

    def columns(self, padded: Array, places: tuple[int, int]) -> Array:
        """im2col: all windows as (C·kernel height·kernel width, places·N), in one copy."""
        (c, _, _, n), (s_c, s_h, s_w, s_n) = padded.shape, padded.strides
        shape = (c, *self.kernel, *places, n)
        strides = (
            s_c, s_h * self.dilation[0], s_w * self.dilation[1],
            s_h * self.stride[0], s_w * self.stride[1], s_n,
        )  # fmt: skip
        windows = as_strided(padded, shape, strides, writeable=False)
        return windows.reshape(c * self.kernel[0] * self.kernel[1], -1)

    def add(self, columns: Array, target: Array, places: tuple[int, int]) -> None:
        """col2im: each number of `columns` added in `target` where it was seen."""
        parts = columns.reshape(target.shape[0], *self.kernel, *places, target.shape[3])
        for row in range(self.kernel[0]):
            for column in range(self.kernel[1]):
                self.shifted(target, row, column, places)[...] += parts[:, row, column]

    def bands(self, padded: Array, places: tuple[int, int]) -> Iterator[tuple[slice, slice]]:
        """Rows of windows whose columns take about `BAND` bytes, and the padded rows they see."""
        channels, _, _, images = padded.shape
        numbers = channels * self.kernel[0] * self.kernel[1] * places[1] * images
        rows = max(BAND // max(numbers * padded.itemsize, 1), 1)
        span = self.dilation[0] * (self.kernel[0] - 1) + 1
        for start in range(0, places[0], rows):
            end = min(start + rows, places[0])
            yield (
                slice(start, end),
                slice(start * self.stride[0], (end - 1) * self.stride[0] + span),
            )
