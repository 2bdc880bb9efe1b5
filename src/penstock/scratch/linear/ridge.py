"""Least squares with a penalty on the squares of the slopes (Hoerl and Kennard 1970)."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.linear.centring import LinearRegressor, centre


class Ridge(LinearRegressor):
    """β that makes Σ wᵢ(yᵢ - xᵢβ - b)² + α|β|² least; the intercept bears no penalty.

    With X = U S Vᵀ it is β = V diag(s / (s² + α)) Uᵀ y: every direction shrinks, the faint ones
    most (Hastie, Tibshirani and Friedman 2009, equation 3.47).
    """

    def __init__(self, alpha: float = 1.0, fit_intercept: bool = True) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from rows (N, features) and numbers (N,).

        Raises:
            SettingError: alpha is negative.
        """
        check_setting(self.alpha >= 0, self, "alpha", "a number from 0")
        rows, numbers, weights = self._given_numbers(X, y, sample_weight)
        given = centre(rows, numbers, weights, self.fit_intercept)
        u, s, vt = np.linalg.svd(given.x, full_matrices=False)
        kept = s > 1e-15
        shrunk = s[kept] / (s[kept] ** 2 + self.alpha)
        self._settle(vt[kept].T @ (shrunk * (u.T @ given.y)[kept]), given)
        return self
