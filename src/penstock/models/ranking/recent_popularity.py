"""What most people took of late: the trending lane, for users nobody knows too."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.ranker import Asked, Ranker

DAY = 86_400_000_000  # microseconds


class RecentPopularitySettings(settings.Settings):
    """`candidates.P-C.params` of a model `recent_popularity`."""

    half_life: float = Field(
        14.0, gt=0, le=36_500, description="days after which an interaction counts half"
    )


class RecentPopularity(Ranker):
    """Scores are the interactions with an item, each counted 2^(-age / half-life).

    An age is that at the last interaction of the log.
    """

    Settings = RecentPopularitySettings
    seeded = False
    cold_users = True

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        age = (histories.time.max(initial=0) - histories.time) / DAY
        counted = np.exp2(-age / self.settings.half_life)
        return {"trend": np.bincount(histories.item, counted, minlength=histories.items)}

    def score(self, asked: Asked) -> Array:
        return np.tile(self.kept["trend"], (len(asked.users), 1))


MODEL = RecentPopularity
