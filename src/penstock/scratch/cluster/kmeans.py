"""k-means: each row to its nearest centre, each centre to the mean of its rows (Lloyd 1982)."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting, check_weights, generator
from penstock.scratch.estimators.kinds import Transformer
from penstock.scratch.neighbors.nearest import squared_distances


class KMeans(Transformer):
    """Lloyd's rounds from k-means++ centres (Arthur and Vassilvitskii 2007), the best of some.

    A centre that loses its last row goes to the row that is furthest from its own.

    Attributes:
        cluster_centers_: (clusters, features).
        labels_: (N,), each row's cluster.
        inertia_: Σ squared distances to the centres.
        n_iter_: rounds of the best start.
    """

    cluster_centers_: Array
    labels_: Array
    inertia_: float
    n_iter_: int

    def __init__(
        self,
        n_clusters: int = 8,
        init: Any = "k-means++",
        n_init: int = 1,
        max_iter: int = 300,
        tol: float = 1e-4,
        random_state: Any = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn from rows (N, features), N at least the number of clusters."""
        check_setting(self.n_clusters >= 1, self, "n_clusters", "1 at least")
        rows = self._given(X)
        if len(rows) < self.n_clusters:
            raise ValueError(f"n_samples={len(rows)} should be >= n_clusters={self.n_clusters}.")
        weights = check_weights(sample_weight, len(rows))
        random = generator(self.random_state)
        starts = 1 if not isinstance(self.init, str) else self.n_init
        mean = np.average(rows, axis=0, weights=weights)
        given = rows - mean  # distances lose fewest digits around 0
        best = min((self._once(given, weights, mean, random) for _ in range(starts)), key=_inertia)
        centres, self.labels_, self.inertia_, self.n_iter_ = best
        self.cluster_centers_ = centres + mean
        return self

    def predict(self, X: Any) -> Array:
        """The nearest centre of each row."""
        return np.asarray(self.transform(X).argmin(axis=1))

    def fit_predict(self, X: Any, y: Any = None) -> Array:
        """Clusters of the rows fitted."""
        return self.fit(X).labels_

    def transform(self, X: Any) -> Array:
        """(N, clusters): distances to the centres."""
        return np.sqrt(squared_distances(self._rows(X), self.cluster_centers_))

    def score(self, X: Any, y: Any = None) -> float:
        """Minus the inertia of the rows."""
        return -float((self.transform(X).min(axis=1) ** 2).sum())

    def _once(
        self, rows: Array, weights: Array, mean: Array, random: np.random.Generator
    ) -> tuple[Array, Array, float, int]:
        if isinstance(self.init, str):
            centres = plus_plus(rows, weights, self.n_clusters, random)
        else:
            centres = np.array(self.init, np.float64) - mean
        enough = self.tol * rows.var(axis=0).mean()
        labels = np.full(len(rows), -1)
        rounds = 0
        for _ in range(self.max_iter):
            rounds += 1
            away = squared_distances(rows, centres)
            before, labels = labels, away.argmin(axis=1)
            moved = _means(rows, weights, labels, centres, away)
            shift = float(((moved - centres) ** 2).sum())
            centres = moved
            if (labels == before).all() or shift <= enough:
                break
        away = squared_distances(rows, centres)
        labels = away.argmin(axis=1)
        return centres, labels, float(weights @ away[np.arange(len(rows)), labels]), rounds


def plus_plus(rows: Array, weights: Array, count: int, random: np.random.Generator) -> Array:
    """(count, features): rows drawn by their squared distance to those drawn before.

    Of 2 + log(count) draws the one that leaves the least inertia is kept, each time.
    """
    even, tries = weights / weights.sum(), 2 + int(np.log(count))
    chosen = [int(random.choice(len(rows), p=even))]
    nearest = squared_distances(rows, rows[chosen])[:, 0]
    while len(chosen) < count:
        chance = weights * nearest
        total = chance.sum()
        drawn = random.choice(len(rows), tries, p=chance / total if total > 0 else even)
        left = np.minimum(nearest[:, None], squared_distances(rows, rows[drawn]))
        best = int((weights @ left).argmin())
        chosen.append(int(drawn[best]))
        nearest = left[:, best]
    return rows[chosen].copy()


def _means(rows: Array, weights: Array, labels: Array, centres: Array, away: Array) -> Array:
    """The weighted mean of each cluster's rows, by one product with a table of members."""
    clusters = len(centres)
    mass = np.bincount(labels, weights, clusters)
    member = np.zeros((clusters, len(rows)))
    member[labels, np.arange(len(rows))] = weights
    sums = member @ rows
    empty = np.flatnonzero(mass == 0)
    if len(empty):
        own = away[np.arange(len(rows)), labels]
        furthest = np.argsort(-own, kind="stable")[: len(empty)]
        for cluster, row in zip(empty, furthest, strict=True):
            sums[labels[row]] -= weights[row] * rows[row]
            mass[labels[row]] -= weights[row]
            sums[cluster], mass[cluster] = weights[row] * rows[row], weights[row]
    return np.where(mass[:, None] > 0, sums / np.maximum(mass, 1e-300)[:, None], centres)


def _inertia(found: tuple[Array, Array, float, int]) -> float:
    return found[2]
