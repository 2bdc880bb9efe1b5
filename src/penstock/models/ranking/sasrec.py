"""SASRec: what comes next by self-attention over what came before.

Kang and McAuley, Self-attentive sequential recommendation, ICDM 2018; trained by cross-entropy
over all items as in Klenitskiy and Vasilev, RecSys 2023. In place of absolute positions attention
knows how many items back another stands (Shaw et al. 2018) and how long ago it was had (Li et
al., Time interval aware self-attention, WSDM 2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from penstock.models.ranking.parts.next_item import NextItem, NextItemSettings

if TYPE_CHECKING:
    from penstock.models.ranking.parts.sequence_net import SequenceNet


class SASRecSettings(NextItemSettings):
    """`candidates.P-C.params` of a model `sasrec`."""

    layers: int = Field(2, ge=1, le=100, description="of attention")
    heads: int = Field(2, ge=1, le=100, description="of each layer; they share out `size`")

    @model_validator(mode="after")
    def _heads_share_the_size(self) -> Self:
        if self.size % self.heads:
            raise ValueError(f"size {self.size} is no multiple of heads, {self.heads}")
        return self


class SASRec(NextItem):
    """Layers of masked attention."""

    Settings = SASRecSettings

    def net(self, items: int) -> SequenceNet:
        from penstock.models.ranking.parts.sequence_net import AttentionNet

        asked = self.settings
        return AttentionNet(
            items, asked.size, asked.dropout, asked.layers, asked.heads, asked.length
        )


MODEL = SASRec
