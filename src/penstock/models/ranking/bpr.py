"""BPR: vectors by which an item that a user had stands above one that they had not.

Rendle et al., BPR: Bayesian personalized ranking from implicit feedback, UAI 2009.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.pairs import descend, draw
from penstock.models.ranking.parts.ranker import Asked, Ranker


class BPRSettings(settings.Settings):
    """`candidates.P-C.params` of a model `bpr`."""

    size: int = Field(64, ge=1, le=1024, description="numbers in the vector of a user or item")
    epochs: int = Field(200, ge=1, le=10_000, description="times as many draws as interactions")
    learning_rate: float = Field(0.02, gt=0, le=1)
    l2: float = Field(0.02, ge=0, description="penalty on squared vectors at every draw")
    spread: float = Field(0.1, gt=0, le=10, description="length of a vector at the start")


class BPR(Ranker):
    """Scores are the product of two vectors, and what the item scores for everybody.

    A user who was not fitted has no vector, and is not served.
    """

    Settings = BPRSettings

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        had, asked = histories.matrix(), self.settings
        had.sort_indices()
        random = np.random.default_rng(context.seed)
        users, items = (
            random.normal(0, asked.spread / np.sqrt(asked.size), (count, asked.size)).astype("f4")
            for count in had.shape
        )
        pull = np.zeros(had.shape[1], dtype=np.float32)
        owner = np.repeat(np.arange(len(users)), np.diff(had.indptr))
        # Who had everything tells no two items apart.
        rows = np.flatnonzero(np.diff(had.indptr)[owner] < len(items))
        drawn = np.empty((3, len(rows)), dtype=np.int64)
        for epoch in range(asked.epochs):
            draw(random, rows, owner, had.indptr, had.indices, len(items), drawn)
            loss = descend(drawn, users, items, pull, asked.learning_rate, asked.l2)
            context.record({"epoch": epoch, "loss": loss})
        return {"of_users": users, "of_items": items, "pull": pull}

    def score(self, asked: Asked) -> Array:
        scores: Array = self.kept["of_users"][asked.known] @ self.kept["of_items"].T
        scores += self.kept["pull"]
        scores[asked.known < 0] = np.nan
        return scores


MODEL = BPR
