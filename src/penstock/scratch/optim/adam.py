"""Momentum and a step size for each number, both freed of their start at zero."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.nn.module import Parameter
from penstock.scratch.optim.optimizer import Optimizer, within


class Adam(Optimizer):
    """m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g², w ← w - η·m̂ / (√v̂ + ε).

    m̂ = m/(1-β₁ᵗ) and v̂ = v/(1-β₂ᵗ) undo the bias towards zero (Kingma and Ba 2015, algorithm 1).
    Weight decay is part of g, and is divided by √v̂ with it.
    """

    remembers = ("mean", "square")

    def __init__(
        self,
        parameters: Iterable[Parameter],
        learning_rate: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        within(type(self).__name__, below=1, beta1=betas[0], beta2=betas[1])
        within(type(self).__name__, eps=eps)
        self.betas, self.eps = betas, eps

    def change(self, place: int, w: Array, grad: Array) -> None:
        self.move(place, w, self.decayed(w, grad))

    def move(self, place: int, w: Array, grad: Array) -> None:
        """The rule without decay; in place, for memory traffic is what a step costs."""
        (beta1, beta2), t = self.betas, self.steps
        mean, square = self.memory["mean"][place], self.memory["square"][place]
        part = np.multiply(grad, 1 - beta1)
        mean *= beta1
        mean += part
        np.multiply(grad, grad, out=part)
        part *= 1 - beta2
        square *= beta2
        square += part
        np.sqrt(square, out=part)
        part *= 1 / math.sqrt(1 - beta2**t)
        part += self.eps
        np.divide(mean, part, out=part)
        part *= self.learning_rate / (1 - beta1**t)
        w -= part


class AdamW(Adam):
    """Adam with w ← (1 - η·λ)·w beside it: decay that no √v̂ divides (Loshchilov, Hutter 2019)."""

    def __init__(
        self,
        parameters: Iterable[Parameter],
        learning_rate: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, learning_rate, betas, eps, weight_decay)

    def change(self, place: int, w: Array, grad: Array) -> None:
        w *= 1 - self.learning_rate * self.weight_decay
        self.move(place, w, grad)
