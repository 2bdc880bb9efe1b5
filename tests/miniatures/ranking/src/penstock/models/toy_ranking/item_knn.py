"""What goes with what the user had: cosine similarity of items, from their nearest neighbours."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array
from penstock.models.toy_ranking.parts.ranker import Ranker


class ItemKNNSettings(settings.Settings):
    neighbours: int = Field(10, ge=1, description="items that an item is told by")


class ItemKNN(Ranker):
    Settings = ItemKNNSettings

    def learn(self, had: Array) -> dict[str, Array]:
        length = np.sqrt(had.sum(axis=0))
        alike = had.T @ had / np.outer(length, length)
        np.fill_diagonal(alike, 0)
        order = np.argsort(-alike, axis=1, kind="stable")
        far = order[:, self.settings.neighbours :]
        np.put_along_axis(alike, far, 0, axis=1)
        return {"alike": alike, "had": had}

    def score(self, places: Array) -> Array:
        scores: Array = self.kept["had"][places] @ self.kept["alike"].T
        return scores


MODEL = ItemKNN
