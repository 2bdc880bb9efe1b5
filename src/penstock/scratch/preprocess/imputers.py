"""Values that are not known, guessed (Troyanskaya et al. 2001 for neighbours)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.kinds import Transformer

Strategy = Literal["mean", "median", "most_frequent", "constant"]


class SimpleImputer(Transformer):
    """One number for all gaps of a feature.

    Attributes:
        statistics_: that number for each feature; `most_frequent` takes the lowest of equals.
    """

    takes_missing: ClassVar[bool] = True
    fills_missing: ClassVar[bool] = True
    statistics_: Array

    def __init__(self, strategy: Strategy = "mean", fill_value: float = 0.0) -> None:
        self.strategy = strategy
        self.fill_value = fill_value

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from rows (N, features) with NaN for gaps.

        Raises:
            SettingError: no such strategy, or a feature of gaps alone.
        """
        known = self.strategy in {"mean", "median", "most_frequent", "constant"}
        expected = "'mean', 'median', 'most_frequent' or 'constant'"
        check_setting(known, self, "strategy", expected)
        rows = self._given(X)
        if self.strategy == "constant":
            self.statistics_ = np.full(rows.shape[1], float(self.fill_value))
            return self
        _check_known(rows, self)
        if self.strategy == "most_frequent":
            self.statistics_ = np.array([_commonest(one[~np.isnan(one)]) for one in rows.T])
        else:
            of = np.nanmean if self.strategy == "mean" else np.nanmedian
            self.statistics_ = np.asarray(of(rows, axis=0))
        return self

    def transform(self, X: Any) -> Array:
        """The rows without gaps."""
        rows = self._rows(X)
        return np.where(np.isnan(rows), self.statistics_, rows)


class KNNImputer(Transformer):
    """The mean of the feature in the nearest rows that have it.

    The distance leaves out features that either row lacks and scales up what is left:
    √(features / shared · Σ (aⱼ - bⱼ)²). Rows that share nothing take the feature's mean.
    """

    takes_missing: ClassVar[bool] = True
    fills_missing: ClassVar[bool] = True

    def __init__(self, n_neighbors: int = 5) -> None:
        self.n_neighbors = n_neighbors

    def fit(self, X: Any, y: Any = None) -> Self:
        """Keep rows (N, features) with NaN for gaps.

        Raises:
            SettingError: no neighbour, or a feature of gaps alone.
        """
        check_setting(self.n_neighbors >= 1, self, "n_neighbors", "rows from 1")
        self._kept = self._given(X)
        _check_known(self._kept, self)
        return self

    def transform(self, X: Any) -> Array:
        """The rows without gaps."""
        rows = self._rows(X).copy()
        lacking = np.flatnonzero(np.isnan(rows).any(axis=1))
        if not len(lacking):
            return rows
        distances = _distances(rows[lacking], self._kept)
        for feature in np.flatnonzero(np.isnan(rows).any(axis=0)):
            gap = np.isnan(rows[lacking, feature])
            donors = ~np.isnan(self._kept[:, feature])
            values = self._kept[donors, feature]
            rows[lacking[gap], feature] = _mean_of_nearest(
                distances[np.ix_(gap, donors)], values, self.n_neighbors
            )
        return rows


def _check_known(rows: Array, imputer: Transformer) -> None:
    empty = np.flatnonzero(np.isnan(rows).all(axis=0))
    if len(empty):
        who = type(imputer).__name__
        raise SettingError(who, "a value in every feature", f"none in {empty}")


def _distances(a: Array, b: Array) -> Array:
    """Squared, with gaps; NaN where nothing is shared."""
    known_a, known_b = ~np.isnan(a), ~np.isnan(b)
    x, z = np.where(known_a, a, 0.0), np.where(known_b, b, 0.0)
    squares = (x * x) @ known_b.T + known_a @ (z * z).T - 2 * x @ z.T
    shared = known_a.astype(float) @ known_b.T
    scale = np.divide(a.shape[1], shared, where=shared > 0, out=np.full(shared.shape, np.nan))
    return np.asarray(np.maximum(squares, 0) * scale)


def _mean_of_nearest(distances: Array, values: Array, count: int) -> Array:
    far = np.isnan(distances)
    order = np.argsort(np.where(far, np.inf, distances), axis=1, kind="stable")[:, :count]
    taken = values[order]
    usable = ~np.take_along_axis(far, order, axis=1)
    number = usable.sum(axis=1)
    mean = (taken * usable).sum(axis=1) / np.maximum(number, 1)
    return np.asarray(np.where(number > 0, mean, values.mean()))


def _commonest(values: Array) -> float:
    found, times = np.unique(values, return_counts=True)
    return float(found[times.argmax()])
