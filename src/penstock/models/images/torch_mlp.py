"""The NumPy perceptron's twin in torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from penstock.models.images.parts.net_classifier import NetClassifier
from penstock.models.images.parts.settings import MLPSettings

if TYPE_CHECKING:
    from penstock.models.images.parts.lesson import Lesson


class TorchMLP(NetClassifier):
    """It starts from the NumPy net's own first weights and sees the same batches.

    Without dropout, which each library draws in its own way, their curves lie on one another.
    """

    Settings = MLPSettings

    def begin(self, classes: int, seed: int) -> Lesson:
        from penstock.models.images.parts.nets import MLP
        from penstock.models.images.parts.torch_lesson import ClassLesson
        from penstock.scratch.models import mlp

        asked = self.settings
        widths = (784, *asked.hidden, classes)
        lesson = ClassLesson(MLP(widths, asked.dropout), asked)
        lesson.load_weights(mlp.MLP(widths, np.random.default_rng(seed)).state_dict())
        return lesson


MODEL = TorchMLP
