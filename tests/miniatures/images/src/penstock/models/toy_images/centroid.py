"""The class whose mean image is nearest."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.toy_images.parts.pictures import ImageModel
from penstock.models.training.matrix import matrix


class CentroidSettings(settings.Settings):
    sharpness: float = Field(1.0, gt=0, description="what a squared distance weighs")


class Centroid(ImageModel):
    Settings = CentroidSettings

    def fit(self, view: View, context: FitContext) -> Self:
        assert view.target is not None
        rows = matrix(view, np.float64)
        labels = range(int(view.target.max()) + 1)
        self.kept = {"means": np.stack([rows[view.target == label].mean(0) for label in labels])}
        return self

    def logits(self, rows: Array) -> Array:
        away = ((rows[:, None] - self.kept["means"]) ** 2).sum(axis=2)
        logits: Array = -self.settings.sharpness * away
        return logits


MODEL = Centroid
