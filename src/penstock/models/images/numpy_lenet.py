"""LeNet-5 in NumPy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from penstock.models.images.parts.net_classifier import NetClassifier
from penstock.models.images.parts.settings import NetSettings

if TYPE_CHECKING:
    from penstock.models.images.parts.lesson import Lesson


class NumpyLeNet(NetClassifier):
    """The from-scratch library's `LeNet`, convolutions by im2col."""

    Settings = NetSettings

    def begin(self, classes: int, seed: int) -> Lesson:
        from penstock.models.images.parts.numpy_lesson import NumpyLesson
        from penstock.scratch.models.lenet import LeNet

        return NumpyLesson(LeNet(np.random.default_rng(seed), classes), self.settings)


MODEL = NumpyLeNet
