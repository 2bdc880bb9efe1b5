"""Convolutions over the latest rows of an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from penstock.models.classification.parts.sequence import SequenceClassifier, SequenceSettings

if TYPE_CHECKING:
    from penstock.models.classification.parts.sequence_net import Reader


class CNNSettings(SequenceSettings):
    """What `params` of a candidate may say."""

    filters: int = Field(64, ge=1, le=65_536, description="patterns that are looked for")
    width: int = Field(2, ge=1, le=1000, description="neighbouring rows that a pattern is made of")
    layers: int = Field(1, ge=1, le=100, description="convolutions, one after another")


class CNNClassifier(SequenceClassifier):
    """One-dimensional convolutions with ReLU, pooled over the window."""

    Settings = CNNSettings

    def reader(self, inputs: int) -> Reader:
        from penstock.models.classification.parts.sequence_readers import ConvolutionReader

        asked = self.settings
        return ConvolutionReader(inputs, asked.filters, asked.width, asked.layers)


MODEL = CNNClassifier
