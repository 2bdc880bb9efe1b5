"""An intercept without a penalty on it: fit through the means, then move there."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.kinds import Regressor


class Centred(NamedTuple):
    """Rows and targets minus their weighted means, both times √weight.

    Attributes:
        x: (rows, features).
        y: (rows,).
        x_mean: (features,), zeros where no intercept is asked for.
        y_mean: a number.
    """

    x: Array
    y: Array
    x_mean: Array
    y_mean: float


def centre(x: Array, y: Array, weights: Array, fit_intercept: bool) -> Centred:
    """What least squares needs of which the intercept bears no penalty.

    Σ wᵢ(yᵢ - xᵢβ - b)² is least in b where b = ȳ - x̄β (Hastie, Tibshirani and Friedman 2009,
    section 3.4.1).
    """
    x_mean, y_mean = np.zeros(x.shape[1]), 0.0
    if fit_intercept:
        x_mean, y_mean = np.average(x, 0, weights), float(np.average(y, weights=weights))
    root = np.sqrt(weights)
    return Centred((x - x_mean) * root[:, None], (y - y_mean) * root, x_mean, y_mean)


class LinearRegressor(Regressor):
    """A number as x·β + b.

    Attributes:
        coef_: β (features,).
        intercept_: b.
    """

    coef_: Array
    intercept_: float

    def _settle(self, coef: Array, centred: Centred) -> None:
        self.coef_ = coef
        self.intercept_ = float(centred.y_mean - centred.x_mean @ coef)

    def predict(self, X: Any) -> Array:
        """x·β + b for each row."""
        told: Array = self._rows(X) @ self.coef_ + self.intercept_
        return told
