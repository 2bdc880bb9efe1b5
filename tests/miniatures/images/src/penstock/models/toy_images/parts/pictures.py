"""What models of images share: pixels as rows, softmax, and how tensors are kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from penstock.core.contracts import Array, FitContext, View
from penstock.core.dataset import Dataset, load, save
from penstock.core.settings import Settings as Base
from penstock.models.training.matrix import matrix


def softmax(logits: Array) -> Array:
    """Rows that sum to 1."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Array = raised / raised.sum(axis=1, keepdims=True)
    return shares


class ImageModel:
    """Tells the probability of the classes 0, 1, 2 …; what it keeps are tensors."""

    Settings: type[Base] = Base
    early_stopping = False

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.kept: dict[str, Array] = {}

    def get_params(self) -> dict[str, Any]:
        return dict(self.settings.model_dump())

    def fit(self, view: View, context: FitContext) -> Self:
        raise NotImplementedError

    def logits(self, rows: Array) -> Array:
        raise NotImplementedError

    def predict_proba(self, view: View) -> Array:
        """Shape (images, classes)."""
        return softmax(self.logits(matrix(view, np.float64)))

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
