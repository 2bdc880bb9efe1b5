"""What most people take: the same for everybody, and so for users nobody knows."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.ranker import Asked, Ranker


class Popularity(Ranker):
    """Scores are how many users had the item."""

    seeded = False
    cold_users = True

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        return {"users_of": np.asarray(histories.matrix().sum(axis=0), dtype=np.float64)}

    def score(self, asked: Asked) -> Array:
        return np.tile(self.kept["users_of"], (len(asked.users), 1))


MODEL = Popularity
