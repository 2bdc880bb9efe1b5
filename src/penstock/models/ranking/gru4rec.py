"""GRU4Rec: what comes next by a recurrent net that reads a history item by item.

Hidasi et al., Session-based recommendations with recurrent neural networks, ICLR 2016; trained by
cross-entropy over all items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from penstock.models.ranking.parts.next_item import NextItem, NextItemSettings

if TYPE_CHECKING:
    from penstock.models.ranking.parts.sequence_net import SequenceNet


class GRU4RecSettings(NextItemSettings):
    """`candidates.P-C.params` of a model `gru4rec`."""

    hidden: int = Field(100, ge=1, le=4096, description="size of the state that is carried")


class GRU4Rec(NextItem):
    """One layer of gated recurrent units."""

    Settings = GRU4RecSettings

    def net(self, items: int) -> SequenceNet:
        from penstock.models.ranking.parts.sequence_net import RecurrentNet

        asked = self.settings
        return RecurrentNet(items, asked.size, asked.dropout, asked.hidden)


MODEL = GRU4Rec
