"""A step size for each number, by the size of its recent gradients."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.nn.module import Parameter
from penstock.scratch.optim.optimizer import Optimizer, within


class RMSprop(Optimizer):
    """s ← α·s + (1 - α)·g², w ← w - η·g / (√s + ε) (Hinton 2012, lecture 6e)."""

    remembers = ("square",)

    def __init__(
        self,
        parameters: Iterable[Parameter],
        learning_rate: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        within("RMSprop", below=1, alpha=alpha)
        within("RMSprop", eps=eps)
        self.alpha, self.eps = alpha, eps

    def change(self, place: int, w: Array, grad: Array) -> None:
        grad = self.decayed(w, grad)
        square = self.memory["square"][place]
        square *= self.alpha
        square += (1 - self.alpha) * grad * grad
        w -= self.learning_rate * grad / (np.sqrt(square) + self.eps)
