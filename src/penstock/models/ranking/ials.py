"""iALS: implicit alternating least squares, penalised by how often a user or item occurs.

Hu et al., Collaborative filtering for implicit feedback datasets, ICDM 2008, with the weights
and penalties of Rendle et al., Revisiting the performance of iALS, 2021.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field
from scipy import sparse

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.explained import Explained
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.least_squares import solve_rows
from penstock.models.ranking.parts.ranker import Asked


class IALSSettings(settings.Settings):
    """`candidates.P-C.params` of a model `ials`."""

    size: int = Field(32, ge=1, le=1024, description="numbers in the vector of a user or item")
    rounds: int = Field(16, ge=1, le=1000, description="times that both sides are solved")
    unobserved: float = Field(0.5, gt=0, le=10, description="what a pair weighs that wasn't seen")
    l2: float = Field(0.004, gt=0, description="penalty on the squared vectors")
    frequency: float = Field(
        1.0, ge=0, le=2, description="power of the penalty's scale by occurrences; 0: none"
    )
    spread: float = Field(0.1, gt=0, le=10, description="length of a vector at the start")


class IALS(Explained):
    """Keeps the vectors of items; those of users are solved from the history that is given.

    So a history that has grown since, or that of a user who came later, gets the vector which
    solving for all users would give it.
    """

    Settings = IALSSettings

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        of_users = histories.matrix()
        of_items = of_users.T.tocsr()
        asked = self.settings
        random = np.random.default_rng(context.seed)
        size = (histories.items, asked.size)
        items = random.normal(0, asked.spread / np.sqrt(asked.size), size)
        for _ in range(asked.rounds):
            users = self._solve(of_users, items, context.threads)
            items = self._solve(of_items, users, context.threads)
        return {"vectors": items}

    def score(self, asked: Asked) -> Array:
        scores: Array = self.represent(asked.histories) @ self.kept["vectors"].T
        return scores

    def represent(self, histories: Histories) -> Array:
        """The vectors of users with these histories, float64 [users, size]."""
        return self._solve(histories.matrix(), self.kept["vectors"], 1)

    def shares(self, asked: Asked, place: int) -> tuple[Array, Array]:
        """Hu et al., section 5: the score is v' A⁻¹ Σ f, a sum over the items had."""
        items = self.kept["vectors"]
        had = np.unique(asked.histories.item)
        mine = items[had]
        penalty = self._penalty(np.array([len(had)]), len(items))
        left = self.settings.unobserved * items.T @ items + mine.T @ mine
        left[np.diag_indices_from(left)] += penalty
        return had, mine @ np.linalg.solve(left, items[place])

    def _solve(self, had: sparse.csr_array, fixed: Array, threads: int) -> Array:
        penalty = self._penalty(np.diff(had.indptr), len(fixed))
        return solve_rows(had, fixed, self.settings.unobserved, penalty, threads)

    def _penalty(self, counts: Array, others: int) -> Array:
        """For rows that occur `counts` times among so many `others`, shape of `counts`."""
        asked = self.settings
        weight = counts + asked.unobserved * others
        penalty: Array = asked.l2 * weight**asked.frequency
        return penalty


MODEL = IALS
