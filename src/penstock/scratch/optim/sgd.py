"""Stochastic gradient descent, with or without momentum."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.nn.module import Parameter
from penstock.scratch.optim.optimizer import Optimizer, within


class SGD(Optimizer):
    """w ← w - η·g (Robbins and Monro 1951).

    With momentum μ: v ← μ·v + g, w ← w - η·v (Polyak 1964; torch's form, without damping); by
    Nesterov's rule w ← w - η·(g + μ·v) (Sutskever et al. 2013).
    """

    remembers = ("velocity",)

    def __init__(
        self,
        parameters: Iterable[Parameter],
        learning_rate: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        within("SGD", below=1, momentum=momentum)
        if nesterov and not momentum:
            raise SettingError("SGD", "momentum above 0 for Nesterov's rule", momentum)
        self.momentum, self.nesterov = momentum, nesterov

    def change(self, place: int, w: Array, grad: Array) -> None:
        grad = self.decayed(w, grad)
        if self.momentum:
            velocity = self.memory["velocity"][place]
            velocity *= self.momentum
            velocity += grad
            grad = grad + self.momentum * velocity if self.nesterov else velocity
        w -= np.multiply(grad, self.learning_rate)
