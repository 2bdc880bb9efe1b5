"""Where in its sequence a vector stands; attention alone cannot tell.

Self-attention answers permuted queries with permuted answers, so that a sequence is to it a bag of
vectors until something of their places is added.
"""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.initialisers import normal
from penstock.scratch.nn.module import Module, Parameter


def sinusoids(steps: int, width: int) -> Array:
    """PE(t, 2i) = sin(t / 10000^(2i/width)), PE(t, 2i+1) = cos(the same): (steps, width).

    Any shift t → t + k is one rotation, the same for all t (Vaswani et al. 2017, 3.5).

    Raises:
        SettingError: width is odd.
    """
    if width % 2:
        raise SettingError("sinusoids", "an even width", width)
    angle = np.arange(steps)[:, None] / 10_000 ** (np.arange(0, width, 2) / width)
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(steps, width)


class SinusoidalPositions(Module):
    """x + PE; nothing to learn."""

    def __init__(self, steps: int, width: int) -> None:
        self.table = sinusoids(steps, width)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, width) with T at most `steps`, the same out."""
        _check(x, self.table.shape)
        return x + self.table[: x.shape[1]]


class LearnedPositions(Module):
    """x + a vector learnt for each place (Gehring et al. 2017)."""

    def __init__(self, steps: int, width: int, rng: np.random.Generator) -> None:
        self.weight = Parameter(normal(0.02)((steps, width), rng), np.float32)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, width) with T at most `steps`, the same out."""
        _check(x, self.weight.shape)
        return x + self.weight[: x.shape[1]]


def _check(x: Tensor, table: tuple[int, ...]) -> None:
    if len(x.shape) != 3 or x.shape[1] > table[0] or x.shape[2] != table[1]:
        raise ShapeError("positions", f"(N, up to {table[0]}, {table[1]})", x.shape)
