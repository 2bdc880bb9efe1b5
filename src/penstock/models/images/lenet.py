"""LeNet-5 with the bends and pools of 1998."""

from __future__ import annotations

from typing import TYPE_CHECKING

from penstock.models.images.parts.net_classifier import NetClassifier
from penstock.models.images.parts.settings import NetSettings

if TYPE_CHECKING:
    from penstock.models.images.parts.lesson import Lesson


class LeNetClassifier(NetClassifier):
    """tanh and mean pooling, weights drawn by torch (LeCun et al. 1998 told 99.05 % right)."""

    Settings = NetSettings

    def begin(self, classes: int, seed: int) -> Lesson:
        from penstock.models.images.parts.nets import LeNet
        from penstock.models.images.parts.torch_lesson import ClassLesson

        return ClassLesson(LeNet(classes, classic=True), self.settings)


MODEL = LeNetClassifier
