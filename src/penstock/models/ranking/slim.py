"""SLIM: a sparse linear model with no negative weight that tells every item from all others.

Ning and Karypis, SLIM: sparse linear methods for top-N recommender systems, ICDM 2011.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pydantic import Field
from scipy import sparse

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.descent import regress
from penstock.models.ranking.parts.explained import ItemToItem
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.packed import pack

TOGETHER = 64  # items that a thread takes at a time


class SLIMSettings(settings.Settings):
    """`candidates.P-C.params` of a model `slim`; penalties are in users, as counts are."""

    l1: float = Field(1.0, ge=0, description="penalty on the weights: higher leaves fewer")
    l2: float = Field(500.0, ge=0, description="penalty on the squared weights")
    passes: int = Field(100, ge=1, le=10_000, description="rounds over all weights at most")
    tolerance: float = Field(
        1e-4, gt=0, lt=1, description="stop when no weight changes by more in a round"
    )


class SLIM(ItemToItem):
    """An elastic net for each item, on the counts of users whom two items share."""

    Settings = SLIMSettings

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        had, asked = histories.matrix(), self.settings
        gram = (had.T @ had).toarray()

        def block(first: int) -> sparse.csc_array:
            last = min(first + TOGETHER, len(gram))
            found = regress(gram, first, last, asked.l1, asked.l2, asked.passes, asked.tolerance)
            return sparse.csc_array(found.T)

        # Each column is told by itself, whichever thread does it.
        with ThreadPoolExecutor(context.threads) as pool:
            blocks = list(pool.map(block, range(0, len(gram), TOGETHER)))
        return pack("weights", sparse.hstack(blocks, format="csr"))


MODEL = SLIM
