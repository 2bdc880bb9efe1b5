"""EASE: a linear model that tells every item from all others, in closed form.

Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019, equation 8.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.closed_forms import ease
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.ranker import Asked, Ranker


class EASESettings(settings.Settings):
    """`candidates.P-C.params` of a model `ease`."""

    l2: float = Field(500.0, gt=0, description="penalty on the squared weights")


class EASE(Ranker):
    """Weights between items, shape (items, items), float32, none from an item to itself."""

    Settings = EASESettings
    seeded = False

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        return {"weights": ease(histories, self.settings.l2)}

    def score(self, asked: Asked) -> Array:
        scores: Array = asked.histories.matrix(np.float32) @ self.kept["weights"]
        return scores


MODEL = EASE
