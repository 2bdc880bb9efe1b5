"""A small encoder of self-attention over the latest rows of an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from penstock.models.classification.parts.sequence import SequenceClassifier, SequenceSettings

if TYPE_CHECKING:
    from penstock.models.classification.parts.sequence_net import Reader


class TransformerSettings(SequenceSettings):
    """What `params` of a candidate may say."""

    size: int = Field(32, ge=1, le=65_536, description="length of a row's vector")
    layers: int = Field(1, ge=1, le=100)
    heads: int = Field(4, ge=1, le=1000, description="attentions side by side; they share `size`")

    def model_post_init(self, context: Any) -> None:
        if self.size % self.heads:
            raise ValueError(f"size {self.size} is no multiple of heads {self.heads}")


class TransformerClassifier(SequenceClassifier):
    """Layers of attention and of dense nets, normed first (Vaswani et al. 2017)."""

    Settings = TransformerSettings

    def reader(self, inputs: int) -> Reader:
        from penstock.models.classification.parts.sequence_readers import AttentionReader

        asked = self.settings
        return AttentionReader(inputs, asked.size, asked.layers, asked.heads, asked.length)


MODEL = TransformerClassifier
