"""What rankers share: the table of who had what, and how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from penstock.core.contracts import Array, FitContext, View
from penstock.core.dataset import Dataset, load, save
from penstock.core.settings import Settings as Base


class Ranker:
    """Learns from the matrix users × items; what it keeps are tensors."""

    Settings: type[Base] = Base
    early_stopping = False

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.kept: dict[str, Array] = {}

    def get_params(self) -> dict[str, Any]:
        return dict(self.settings.model_dump())

    def fit(self, view: View, context: FitContext) -> Self:
        rows, roles = view.data.tables["interactions"], view.signature.roles
        users, user = np.unique(rows[roles["entity"]], return_inverse=True)
        items, item = np.unique(rows[roles["item"]], return_inverse=True)
        had = np.zeros((len(users), len(items)))
        had[user, item] = 1
        self.kept = {"users": users, "items": items} | self.learn(had)
        return self

    def rank(self, users: Array) -> tuple[Array, Array]:
        """Items, ascending, and scores of shape (users, items)."""
        return self.kept["items"], self.score(np.searchsorted(self.kept["users"], users))

    def learn(self, had: Array) -> dict[str, Array]:
        raise NotImplementedError

    def score(self, places: Array) -> Array:
        raise NotImplementedError

    def importances(self) -> Mapping[str, float] | None:
        return None

    def save(self, folder: Path) -> None:
        save(Dataset(tensors=self.kept, notes={"settings": self.get_params()}), folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        kept = load(folder)
        model = cls(cls.Settings(**kept.notes["settings"]))
        model.kept = dict(kept.tensors)
        return model
