"""t-SNE: a map in which neighbours stay neighbours (van der Maaten and Hinton 2008).

All pairs are looked at in each step, so that it is meant for some thousand rows.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.embed.pca import PCA
from penstock.scratch.estimators.checking import check_setting, generator
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.neighbors.nearest import nearest, squared_distances

EARLY, EARLY_STEPS = 12.0, 250  # neighbours pull harder at first
TINY = np.finfo(float).eps


class TSNE(Estimator):
    """Rows on a plane, or on a line.

    Attributes:
        embedding_: (N, n_components).
        kl_divergence_: of the neighbourhoods of the map from those of the rows.
    """

    embedding_: Array
    kl_divergence_: float

    def __init__(
        self,
        n_components: int = 2,
        perplexity: float = 30.0,
        max_iter: int = 1000,
        init: str = "pca",
        random_state: Any = None,
    ) -> None:
        self.n_components = n_components
        self.perplexity = perplexity
        self.max_iter = max_iter
        self.init = init
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Lay out rows (N, features), N above the perplexity."""
        rows = self._given(X, least=3)
        fits = 1 <= self.perplexity < len(rows)
        check_setting(fits, self, "perplexity", f"from 1 to below {len(rows)}, the rows")
        check_setting(self.init in ("pca", "random"), self, "init", "'pca' or 'random'")
        chances = neighbourhoods(squared_distances(rows, rows), self.perplexity)
        place = self._start(rows)
        velocity, gain = np.zeros_like(place), np.ones_like(place)
        rate = max(len(rows) / EARLY / 4, 50.0)
        for step in range(self.max_iter):
            early = step < EARLY_STEPS
            pull = chances * EARLY if early else chances
            _, gradient = divergence_and_gradient(pull, place)
            agrees = (gradient > 0) == (velocity > 0)
            gain = np.maximum(np.where(agrees, gain * 0.8, gain + 0.2), 0.01)
            velocity = (0.5 if early else 0.8) * velocity - rate * gain * gradient
            place = place + velocity
            place -= place.mean(axis=0)
        self.embedding_ = place
        self.kl_divergence_ = divergence_and_gradient(chances, place)[0]
        return self

    def fit_transform(self, X: Any, y: Any = None) -> Array:
        """Where the rows lie on the map."""
        return self.fit(X).embedding_

    def _start(self, rows: Array) -> Array:
        if self.init == "random":
            size = (len(rows), self.n_components)
            return 1e-4 * generator(self.random_state).normal(size=size)
        start = PCA(self.n_components).fit_transform(rows)
        return np.asarray(1e-4 * start / start[:, 0].std())


def neighbourhoods(squares: Array, perplexity: float) -> Array:
    """(N, N): chances of pairs, symmetric, summing to 1.

    Each row's own are Gaussian, as wide as gives them the entropy log(perplexity): all rows' widths
    are found at once, by halving.
    """
    others = squares + np.diag(np.full(len(squares), np.inf))
    others = others - others.min(axis=1, keepdims=True)
    low, high = np.zeros((len(squares), 1)), np.full((len(squares), 1), np.inf)
    beta = 1 / np.maximum(
        np.where(np.isfinite(others), others, 0).mean(axis=1, keepdims=True), TINY
    )
    for _ in range(100):
        with np.errstate(invalid="ignore"):
            weight = np.exp(-others * beta)
            total = weight.sum(axis=1, keepdims=True)
            cost = np.where(np.isfinite(others), others, 0) * weight
            entropy = np.log(total) + beta * cost.sum(axis=1, keepdims=True) / total
        wide = entropy > np.log(perplexity)
        low, high = np.where(wide, beta, low), np.where(wide, high, beta)
        beta = np.where(np.isinf(high), beta * 2, (low + np.where(np.isinf(high), 0, high)) / 2)
    own = weight / total
    return np.asarray((own + own.T) / (2 * len(own)))


def divergence_and_gradient(chances: Array, place: Array) -> tuple[float, Array]:
    """KL(P || Q), Q by Student's t with one degree of freedom, and its gradient by the places."""
    weight = 1 / (1 + squared_distances(place, place))
    np.fill_diagonal(weight, 0)
    told = np.maximum(weight / weight.sum(), TINY)
    inside = chances > 0
    kl = float((chances[inside] * np.log(chances[inside] / told[inside])).sum())
    force = (chances - told) * weight
    return kl, 4 * (force.sum(axis=1)[:, None] * place - force @ place)


def trustworthiness(rows: Array, place: Array, count: int = 5) -> float:
    """1 less a penalty for neighbours on the map that are none of the rows (Venna, Kaski 2001)."""
    size = len(rows)
    order = np.argsort(squared_distances(rows, rows) - np.eye(size) * 1e300, axis=1, kind="stable")
    rank = np.empty((size, size), np.int64)
    rank[np.arange(size)[:, None], order] = np.arange(size)
    _, near = nearest(place, place, count + 1)
    mapped = np.array(
        [[one for one in line if one != row][:count] for row, line in enumerate(near)]
    )
    beyond = np.maximum(rank[np.arange(size)[:, None], mapped] - count, 0).sum()
    return float(1 - 2 * beyond / (size * count * (2 * size - 3 * count - 1)))
