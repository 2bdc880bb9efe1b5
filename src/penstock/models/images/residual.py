"""A residual net as published: ResNet-20 unless told otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from penstock.models.images.parts.net_classifier import NetClassifier
from penstock.models.images.parts.settings import NetSettings, Precision, Width

if TYPE_CHECKING:
    from penstock.models.images.parts.lesson import Lesson


class ResidualSettings(NetSettings):
    """What `params` of a candidate may say."""

    blocks: tuple[Width, ...] = Field(
        (3, 3, 3), min_length=1, max_length=4, description="blocks of each stage"
    )
    width: Width = Field(16, description="filters of the first stage; each next has twice as many")
    precision: Precision = "bfloat16"


class ResidualClassifier(NetClassifier):
    """Stages of basic blocks (He, Zhang, Ren and Sun 2016, section 4.2)."""

    Settings = ResidualSettings

    def begin(self, classes: int, seed: int) -> Lesson:
        from penstock.models.images.parts.residual_net import ResNet
        from penstock.models.images.parts.torch_lesson import ClassLesson

        asked = self.settings
        net = ResNet(classes, asked.blocks, asked.width)
        return ClassLesson(net, asked, asked.precision == "bfloat16")


MODEL = ResidualClassifier
