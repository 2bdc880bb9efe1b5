"""Where a walk of three steps from a user ends, with popular ends held back.

Christoffel et al., Blockbusters and wallflowers, RecSys 2015; Paudel et al., TiiS 2016.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field
from scipy import sparse

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.explained import ItemToItem
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.packed import pack
from penstock.models.ranking.parts.ranker import CELLS
from penstock.models.ranking.parts.top import top


class RP3BetaSettings(settings.Settings):
    """`candidates.P-C.params` of a model `rp3beta`."""

    alpha: float = Field(0.6, ge=0, le=4, description="power of the chances of a step")
    beta: float = Field(0.55, ge=0, le=4, description="power of popularity that is divided by")
    neighbours: int = Field(500, ge=1, description="ends that are kept for each item")


class RP3Beta(ItemToItem):
    """The weight from item i to j is the chance of going i → a user → j, over popularity of j.

    The first step, from the user to one of their items, is the same chance for all of these.
    """

    Settings = RP3BetaSettings

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        had = histories.matrix()
        to_user = _chances(had.T.tocsr(), self.settings.alpha)
        to_item = _chances(had, self.settings.alpha)
        users_of = np.maximum(np.asarray(had.sum(axis=0)), 1)
        held_back = users_of**-self.settings.beta
        step = max(1, CELLS // max(had.shape[1], 1))
        blocks = []
        for first in range(0, had.shape[1], step):
            walks = (to_user[first : first + step] @ to_item).toarray() * held_back
            own = np.arange(len(walks))
            walks[own, first + own] = 0
            places, values = top(walks, self.settings.neighbours)
            start = np.arange(len(own) + 1) * places.shape[1]
            ends = sparse.csr_array((values.ravel(), places.ravel(), start), shape=walks.shape)
            ends.eliminate_zeros()
            blocks.append(ends)
        return pack("weights", sparse.vstack(blocks, format="csr"))


def _chances(rows: sparse.csr_array, power: float) -> sparse.csr_array:
    """Each row over its sum, every entry to the power."""
    sums = np.maximum(np.asarray(rows.sum(axis=1)), 1)
    return sparse.csr_array(sparse.diags_array(sums**-power) @ rows)


MODEL = RP3Beta
