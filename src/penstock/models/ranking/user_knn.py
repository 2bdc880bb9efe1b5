"""What alike users took: cosine similarity of users, from the nearest of them.

Herlocker et al., An algorithmic framework for performing collaborative filtering, SIGIR 1999;
the shrinkage is that of Bell and Koren 2007.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field
from scipy import sparse

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.explained import Explained
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.packed import pack, unpack
from penstock.models.ranking.parts.ranker import CELLS, Asked
from penstock.models.ranking.parts.top import top


class UserKNNSettings(settings.Settings):
    """`candidates.P-C.params` of a model `user_knn`."""

    neighbours: int = Field(100, ge=1, description="users that a user is told by")
    shrink: float = Field(0.0, ge=0, description="how little is made of a few items in common")


class UserKNN(Explained):
    """Keeps what each user `had`; similarities are computed from the history that is given.

    So a history that has grown since, or that of a user who came later, is served as it is.
    """

    Settings = UserKNNSettings
    seeded = False
    explained_by = "user"

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        return pack("had", histories.matrix())

    def score(self, asked: Asked) -> Array:
        had = unpack("had", self.kept)
        step = max(1, CELLS // max(had.shape[0], 1))
        mine = asked.histories.matrix()
        blocks = [
            (self._near(mine[first : first + step], asked.known[first : first + step], had) @ had)
            for first in range(0, max(mine.shape[0], 1), step)
        ]
        return np.concatenate([block.toarray() for block in blocks])

    def shares(self, asked: Asked, place: int) -> tuple[Array, Array]:
        had = unpack("had", self.kept)
        near = self._near(asked.histories.matrix(), asked.known, had)
        return near.indices, near.data * had[near.indices][:, [place]].toarray()[:, 0]

    def _near(
        self, mine: sparse.csr_array, known: Array, had: sparse.csr_array
    ) -> sparse.csr_array:
        """Similarities of users asked (rows) to the nearest of those fitted, zero elsewhere."""
        length, others = (np.sqrt(np.asarray(rows.sum(axis=1))) for rows in (mine, had))
        alike = (mine @ had.T).toarray()
        alike /= np.maximum(np.outer(length, others) + self.settings.shrink, 1e-12)
        alike[known >= 0, known[known >= 0]] = 0
        places, values = top(alike, self.settings.neighbours)
        start = np.arange(len(places) + 1) * places.shape[1]
        near = sparse.csr_array((values.ravel(), places.ravel(), start), shape=alike.shape)
        near.eliminate_zeros()
        return near


MODEL = UserKNN
