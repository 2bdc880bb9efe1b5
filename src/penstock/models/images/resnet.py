"""A residual net of nine layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from penstock.models.images.parts.net_classifier import NetClassifier
from penstock.models.images.parts.settings import ConvolutionalSettings, Width

if TYPE_CHECKING:
    from penstock.models.images.parts.lesson import Lesson


class ResNetSettings(ConvolutionalSettings):
    """What `params` of a candidate may say."""

    widths: tuple[Width, Width, Width, Width] = Field(
        (16, 32, 32, 64), description="filters of the first layer and of the three stages"
    )


class ResNetClassifier(NetClassifier):
    """Convolutions whose results are added to what they were made of (He et al. 2016)."""

    Settings = ResNetSettings

    def begin(self, classes: int, seed: int) -> Lesson:
        from penstock.models.images.parts.nets import ResNet9
        from penstock.models.images.parts.torch_lesson import ClassLesson

        asked = self.settings
        net = ResNet9(classes, asked.widths, asked.batch_norm)
        return ClassLesson(net, asked, asked.precision == "bfloat16")


MODEL = ResNetClassifier
