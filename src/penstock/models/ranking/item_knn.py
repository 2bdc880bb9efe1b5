"""What goes with what the user had: cosine similarity of items, from their nearest neighbours.

Deshpande and Karypis, Item-based top-N recommendation algorithms, TOIS 2004; the shrinkage is
that of Bell and Koren 2007.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field
from scipy import sparse

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.packed import pack, unpack
from penstock.models.ranking.parts.ranker import CELLS, Asked, Ranker
from penstock.models.ranking.parts.top import top


class ItemKNNSettings(settings.Settings):
    """`candidates.P-C.params` of a model `item_knn`."""

    neighbours: int = Field(50, ge=1, description="items that an item is told by")
    shrink: float = Field(0.0, ge=0, description="how little is made of a few users in common")


class ItemKNN(Ranker):
    """Similarities from each item that a user had (row) to the items it tells of (column)."""

    Settings = ItemKNNSettings
    seeded = False

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        had = histories.matrix().tocsc()
        length = np.sqrt(np.asarray(had.sum(axis=0)))
        items = had.shape[1]
        step = max(1, CELLS // max(items, 1))
        blocks = [
            self._neighbours(had, length, slice(first, first + step))
            for first in range(0, items, step)
        ]
        return pack("alike", sparse.hstack(blocks, format="csr"))

    def score(self, asked: Asked) -> Array:
        scores: Array = (asked.histories.matrix() @ unpack("alike", self.kept)).toarray()
        return scores

    def _neighbours(self, had: sparse.csc_array, length: Array, block: slice) -> sparse.csc_array:
        """The columns of `block`: of each item its nearest, zero elsewhere."""
        common = (had.T @ had[:, block]).toarray().T
        own = np.arange(len(length))[block]
        alike = common / np.maximum(np.outer(length[block], length) + self.settings.shrink, 1e-12)
        alike[np.arange(len(own)), own] = 0
        places, values = top(alike, self.settings.neighbours)
        column = np.repeat(np.arange(len(own)), places.shape[1])
        near = sparse.csc_array(
            (values.ravel(), (places.ravel(), column)), shape=(len(length), len(own))
        )
        near.eliminate_zeros()
        return near


MODEL = ItemKNN
