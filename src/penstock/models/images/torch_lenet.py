"""The NumPy LeNet's twin in torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from penstock.models.images.parts.net_classifier import NetClassifier
from penstock.models.images.parts.settings import NetSettings

if TYPE_CHECKING:
    from penstock.models.images.parts.lesson import Lesson


class TorchLeNet(NetClassifier):
    """It starts from the NumPy net's own first weights and sees the same batches."""

    Settings = NetSettings

    def begin(self, classes: int, seed: int) -> Lesson:
        from penstock.models.images.parts.nets import LeNet
        from penstock.models.images.parts.torch_lesson import ClassLesson
        from penstock.scratch.models import lenet

        lesson = ClassLesson(LeNet(classes), self.settings)
        lesson.load_weights(lenet.LeNet(np.random.default_rng(seed), classes).state_dict())
        return lesson


MODEL = TorchLeNet
