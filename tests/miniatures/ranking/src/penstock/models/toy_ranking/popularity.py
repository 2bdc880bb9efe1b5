"""What many took: the same for everybody."""

from __future__ import annotations

import numpy as np

from penstock.core import settings
from penstock.core.contracts import Array
from penstock.models.toy_ranking.parts.ranker import Ranker


class PopularitySettings(settings.Settings):
    """Nothing to set."""


class Popularity(Ranker):
    Settings = PopularitySettings

    def learn(self, had: Array) -> dict[str, Array]:
        return {"count": had.sum(axis=0)}

    def score(self, places: Array) -> Array:
        return np.tile(self.kept["count"], (len(places), 1))


MODEL = Popularity
