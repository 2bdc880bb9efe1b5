"""k nearest neighbours (Cover and Hart 1967)."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.estimators.kinds import ProbabilisticClassifier, Regressor
from penstock.scratch.neighbors.nearest import nearest

Weights = Literal["uniform", "distance"]


class _Neighbours(Estimator):
    """What both kinds keep: all rows."""

    n_samples_fit_: int

    def __init__(self, n_neighbors: int = 5, weights: Weights = "uniform") -> None:
        self.n_neighbors = n_neighbors
        self.weights = weights

    def _keep(self, rows: Array) -> None:
        check_setting(self.n_neighbors >= 1, self, "n_neighbors", "rows from 1")
        known = self.weights in {"uniform", "distance"}
        check_setting(known, self, "weights", "'uniform' or 'distance'")
        self._kept, self.n_samples_fit_ = rows, len(rows)

    def kneighbors(self, X: Any) -> tuple[Array, Array]:
        """Distances and positions of the nearest rows fitted, both (rows, n_neighbors).

        Raises:
            ValueError: fewer rows were fitted than are asked for.
        """
        rows = self._rows(X)
        if self.n_neighbors > self.n_samples_fit_:
            raise ValueError(
                f"Expected n_neighbors <= n_samples_fit, but n_neighbors = {self.n_neighbors}, "
                f"n_samples_fit = {self.n_samples_fit_}, n_samples = {len(rows)}"
            )
        return nearest(rows, self._kept, self.n_neighbors)

    def _voices(self, X: Any) -> tuple[Array, Array]:
        """What each neighbour counts, and which row it is; one at distance 0 silences others."""
        distances, places = self.kneighbors(X)
        if self.weights == "uniform":
            return np.ones_like(distances), places
        same = distances == 0
        with np.errstate(divide="ignore"):
            voices = 1 / distances
        return np.where(same.any(axis=1, keepdims=True), same, voices), places


class KNeighborsClassifier(_Neighbours, ProbabilisticClassifier):
    """The share of each class among the nearest rows, by Euclid's distance."""

    def fit(self, X: Any, y: Any) -> Self:
        """Keep rows (N, features) and labels (N,)."""
        rows, self._codes, _ = self._given_classes(X, y)
        self._keep(rows)
        return self

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (rows, classes)."""
        voices, places = self._voices(X)
        number = len(self.classes_)
        line = np.arange(len(places))[:, None] * number
        votes = np.bincount(
            (line + self._codes[places]).ravel(), voices.ravel(), len(places) * number
        ).reshape(-1, number)
        shares: Array = votes / votes.sum(axis=1, keepdims=True)
        return shares


class KNeighborsRegressor(_Neighbours, Regressor):
    """The mean of the nearest rows' numbers."""

    def fit(self, X: Any, y: Any) -> Self:
        """Keep rows (N, features) and numbers (N,)."""
        rows, self._numbers, _ = self._given_numbers(X, y)
        self._keep(rows)
        return self

    def predict(self, X: Any) -> Array:
        """A number for each row."""
        voices, places = self._voices(X)
        mean: Array = (voices * self._numbers[places]).sum(axis=1) / voices.sum(axis=1)
        return mean
