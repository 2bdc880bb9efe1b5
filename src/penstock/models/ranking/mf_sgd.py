"""Matrix factorisation with means of users and items, for values such as ratings.

Koren, Bell and Volinsky, Matrix factorization techniques for recommender systems, Computer 2009.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.core.errors import PenstockError
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.ranker import Asked, Ranker
from penstock.models.ranking.parts.ratings import descend


class NoValues(PenstockError):
    """A log without values was given to a model that tells values."""

    def __init__(self, rows: int) -> None:
        super().__init__(
            f"mf_sgd: expected values (ratings) to learn from, found none in {rows} interactions\n"
            "  fix: give the source a column `value`, or take the candidate out of params.yaml"
        )


class MFSettings(settings.Settings):
    """`candidates.P-C.params` of a model `mf_sgd`."""

    size: int = Field(100, ge=1, le=1024, description="numbers in the vector of a user or item")
    epochs: int = Field(40, ge=1, le=10_000, description="passes over the values")
    learning_rate: float = Field(0.01, gt=0, le=1)
    l2: float = Field(0.09, ge=0, description="penalty on squared means and vectors, at every step")
    spread: float = Field(0.02, gt=0, le=10, description="standard deviation at the start")


class MatrixFactorisation(Ranker):
    """Tells mean + user's + item's + the product of two vectors; 0 for whom it never met.

    It ranks by the value it expects, which is not what people take: it is here to tell values.
    """

    Settings = MFSettings

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        known = histories.values().tocoo()
        if not known.nnz:
            raise NoValues(len(histories.item))
        user, item = (part.astype(np.int64) for part in known.coords)
        mean, asked = known.data.mean(), self.settings
        random = np.random.default_rng(context.seed)
        of_users, of_items = (
            random.normal(0, asked.spread, (count, 1 + asked.size)) for count in known.shape
        )
        of_users[:, 0] = of_items[:, 0] = 0
        value = known.data - mean
        for epoch in range(asked.epochs):
            order = random.permutation(len(value))
            rates = (asked.learning_rate, asked.l2)
            loss = descend(order, user, item, value, of_users, of_items, *rates)
            context.record({"epoch": epoch, "loss": loss})
        limits = np.array([known.data.min(), mean, known.data.max()])
        return {"of_users": of_users, "of_items": of_items, "limits": limits}

    def score(self, asked: Asked) -> Array:
        mine, its = _rows(self.kept["of_users"], asked.known), self.kept["of_items"]
        mean = self.kept["limits"][1]
        scores: Array = mean + mine[:, :1] + its[:, 0] + mine[:, 1:] @ its[:, 1:].T
        return scores

    def predict(self, view: View) -> Array:
        """The value of each pair asked, within what was seen, float64 [rows]."""
        asked, roles = view.data.tables["asked"], view.signature.roles
        users = self.users.get_indexer(pd.Index(asked[roles["entity"]]))
        items = self.items.get_indexer(pd.Index(asked[roles["item"]]))
        mine, its = _rows(self.kept["of_users"], users), _rows(self.kept["of_items"], items)
        least, mean, most = self.kept["limits"]
        told: Array = mean + mine[:, 0] + its[:, 0] + (mine[:, 1:] * its[:, 1:]).sum(axis=1)
        clipped: Array = np.clip(told, least, most)
        return clipped

    def importances(self) -> Mapping[str, float] | None:
        """The variance of what each part adds, over all users and items."""
        of_users, of_items = self.kept["of_users"], self.kept["of_items"]
        pairs = of_users[:, 1:] @ of_items[:, 1:].T
        parts = {"user": of_users[:, 0], "item": of_items[:, 0], "user and item": pairs}
        return {name: float(part.var()) for name, part in parts.items()}


def _rows(table: Array, places: Array) -> Array:
    """The rows at `places`, zeros at -1."""
    rows: Array = np.where(places[:, None] >= 0, table[places], 0.0)
    return rows


MODEL = MatrixFactorisation
