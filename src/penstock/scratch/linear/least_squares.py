"""Ordinary least squares (Hastie, Tibshirani and Friedman 2009, section 3.2)."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.linear.centring import LinearRegressor, centre


class LinearRegression(LinearRegressor):
    """β that makes Σ wᵢ(yᵢ - xᵢβ - b)² least; of many such β the shortest.

    By singular values: X = U S Vᵀ gives β = V S⁺ Uᵀ y, where S⁺ leaves out what is 0 but for
    rounding. It needs no inverse of XᵀX, whose condition is the square of X's.

    Attributes:
        rank_: of the centred rows.
        singular_: S, descending.
    """

    rank_: int
    singular_: Array

    def __init__(self, fit_intercept: bool = True) -> None:
        self.fit_intercept = fit_intercept

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from rows (N, features) and numbers (N,)."""
        rows, numbers, weights = self._given_numbers(X, y, sample_weight)
        given = centre(rows, numbers, weights, self.fit_intercept)
        u, s, vt = np.linalg.svd(given.x, full_matrices=False)
        kept = s > max(given.x.shape) * np.finfo(float).eps * s.max(initial=0.0)
        self.rank_, self.singular_ = int(kept.sum()), s
        self._settle(vt[kept].T @ ((u.T @ given.y)[kept] / s[kept]), given)
        return self
