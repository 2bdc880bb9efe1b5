"""What comes next: a Markov chain whose steps reach back, the less the further.

He and McAuley, Fusing similarity models with Markov chains, ICDM 2016, gives the idea of several
steps; here they are counted, as in Shani et al., An MDP-based recommender system, JMLR 2005.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field
from scipy import sparse

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.explained import Explained
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.packed import pack, unpack
from penstock.models.ranking.parts.ranker import Asked
from penstock.models.ranking.parts.transitions import moments, transitions


class MarkovSettings(settings.Settings):
    """`candidates.P-C.params` of a model `markov`."""

    reach: int = Field(20, ge=1, le=1000, description="how many items back a step is counted from")
    decay: float = Field(0.8, gt=0, le=1, description="what a step counts for each item further")
    recency: float = Field(0.75, gt=0, le=1, description="the same, of the history that is served")
    source_power: float = Field(
        0.5, ge=0, le=2, description="power of the weight leaving an item that is divided by"
    )
    target_power: float = Field(
        0.3, ge=0, le=2, description="power of the weight reaching an item that is divided by"
    )
    even_ties: bool = Field(
        False,
        description=(
            "count items of one moment as if they were in every order at once, so that nothing is "
            "learnt of the order of the catalogue that they stand in otherwise"
        ),
    )


class Markov(Explained):
    """Sparse `steps` from an item (row) to those that came after it (columns)."""

    Settings = MarkovSettings
    seeded = False

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        asked = self.settings
        steps = transitions(histories, asked.reach, asked.decay, asked.even_ties)
        leaving, reaching = (np.asarray(steps.sum(axis=axis)) for axis in (1, 0))
        scale = [
            np.maximum(sums, 1e-12) ** -power
            for sums, power in ((leaving, asked.source_power), (reaching, asked.target_power))
        ]
        scaled = sparse.diags_array(scale[0]) @ steps @ sparse.diags_array(scale[1])
        return pack("steps", sparse.csr_array(scaled))

    def score(self, asked: Asked) -> Array:
        scores: Array = (self._recent(asked.histories) @ unpack("steps", self.kept)).toarray()
        return scores

    def shares(self, asked: Asked, place: int) -> tuple[Array, Array]:
        recent = self._recent(asked.histories)
        steps = unpack("steps", self.kept)[recent.indices][:, [place]].toarray()[:, 0]
        return recent.indices, recent.data * steps

    def _recent(self, histories: Histories) -> sparse.csr_array:
        """What an item of a history counts, the last one 1, shape (users, items)."""
        ends = np.repeat(histories.start[1:], histories.lengths)
        weight = self.settings.recency ** (ends - 1 - np.arange(len(histories.item)))
        if self.settings.even_ties and len(weight):
            moment = moments(histories)
            weight = (np.bincount(moment, weight) / np.bincount(moment))[moment]
        recent = sparse.csr_array(
            (weight, histories.item, histories.start), shape=(len(histories), histories.items)
        )
        recent.sum_duplicates()
        return recent


MODEL = Markov
