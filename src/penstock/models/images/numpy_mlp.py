"""A perceptron with hidden layers, in NumPy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from penstock.models.images.parts.net_classifier import NetClassifier
from penstock.models.images.parts.settings import MLPSettings

if TYPE_CHECKING:
    from penstock.models.images.parts.lesson import Lesson


class NumpyMLP(NetClassifier):
    """The from-scratch library's `MLP`: 784 inputs, ReLU, cross-entropy."""

    Settings = MLPSettings

    def begin(self, classes: int, seed: int) -> Lesson:
        from penstock.models.images.parts.numpy_lesson import NumpyLesson
        from penstock.scratch.models.mlp import MLP

        asked = self.settings
        widths = (784, *asked.hidden, classes)
        net = MLP(widths, np.random.default_rng(seed), dropout=asked.dropout)
        return NumpyLesson(net, asked)


MODEL = NumpyMLP
