"""A plain convolutional net: 32, 64 and 128 filters unless told otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from penstock.models.images.parts.net_classifier import NetClassifier
from penstock.models.images.parts.settings import ConvolutionalSettings, Width

if TYPE_CHECKING:
    from penstock.models.images.parts.lesson import Lesson


class CNNSettings(ConvolutionalSettings):
    """What `params` of a candidate may say."""

    widths: tuple[Width, ...] = Field(
        (32, 64, 128), min_length=1, max_length=3, description="filters of each convolution"
    )
    hidden: Width = Field(128, description="width of the layer behind them")
    dropout: float = Field(0.3, ge=0, lt=1, description="share of that layer left out a step")


class CNNClassifier(NetClassifier):
    """Convolutions of 3 × 3 with batch norm, each halved by max pooling, and a hidden layer."""

    Settings = CNNSettings

    def begin(self, classes: int, seed: int) -> Lesson:
        from penstock.models.images.parts.nets import CNN
        from penstock.models.images.parts.torch_lesson import ClassLesson

        asked = self.settings
        net = CNN(classes, asked.widths, asked.hidden, asked.dropout, asked.batch_norm)
        return ClassLesson(net, asked, asked.precision == "bfloat16")


MODEL = CNNClassifier
