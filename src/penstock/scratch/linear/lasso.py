"""Least squares with a penalty on the sizes of the slopes (Tibshirani 1996)."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.errors import ConvergenceWarning
from penstock.scratch.linear.centring import LinearRegressor, centre


class Lasso(LinearRegressor):
    """β that makes 1/(2N) Σ (yᵢ - xᵢβ - b)² + α|β|₁ least; many of its parts are exactly 0.

    By coordinate descent: with all others fixed, the best βⱼ is S(xⱼ·rⱼ, Nα) / |xⱼ|², where rⱼ is
    what the others leave and S(z, t) = sign(z)·max(|z| - t, 0) (Friedman, Hastie and Tibshirani
    2010, section 2). All dot products come from XᵀX, so that a step costs the features alone.
    It ends by the duality gap, which bounds how far the objective is from its least value.

    Attributes:
        n_iter_: passes over the features.
        dual_gap_: at the end, of the objective above.
    """

    n_iter_: int
    dual_gap_: float

    def __init__(
        self,
        alpha: float = 1.0,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float = 1e-4,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows (N, features) and numbers (N,).

        Raises:
            SettingError: alpha is negative, or no pass is allowed.
        """
        check_setting(self.alpha >= 0, self, "alpha", "a number from 0")
        check_setting(self.max_iter >= 1, self, "max_iter", "passes from 1")
        rows, numbers, weights = self._given_numbers(X, y)
        given = centre(rows, numbers, weights, self.fit_intercept)
        x, target, penalty = given.x, given.y, self.alpha * len(rows)
        gram, size = x.T @ x, np.einsum("ij,ij->j", x, x)
        coef, left = np.zeros(x.shape[1]), x.T @ target  # left = Xᵀ(y - Xβ)
        enough = self.tol * float(target @ target)
        for step in range(1, self.max_iter + 1):
            _sweep(coef, left, gram, size, penalty)
            gap, self.n_iter_ = duality_gap(x, target, coef, penalty), step
            if gap <= enough:
                break
        else:
            warnings.warn(
                f"Objective did not converge: duality gap {gap:.3e}, tolerance {enough:.3e}. "
                "Increase max_iter, scale the features or raise alpha.",
                ConvergenceWarning,
                stacklevel=2,
            )
        self.dual_gap_ = gap / len(rows)
        self._settle(coef, given)
        return self


def _sweep(coef: Array, left: Array, gram: Array, size: Array, penalty: float) -> None:
    """One pass of coordinate descent, in place."""
    for place in np.flatnonzero(size):
        old = coef[place]
        pull = left[place] + size[place] * old
        coef[place] = np.sign(pull) * max(abs(pull) - penalty, 0.0) / size[place]
        if coef[place] != old:
            left -= gram[place] * (coef[place] - old)


def duality_gap(x: Array, y: Array, coef: Array, penalty: float) -> float:
    """½|y - Xβ|² + λ|β|₁ minus the dual objective at the residual, scaled until it is feasible.

    The dual asks for θ with |Xᵀθ|∞ ≤ λ and gives ½|y|² - ½|y - θ|² (Kim et al. 2007, section III).
    """
    residual = y - x @ coef
    steepest = float(np.abs(x.T @ residual).max(initial=0.0))
    shrink = min(1.0, penalty / steepest) if steepest > 0 else 1.0
    primal = 0.5 * float(residual @ residual) + penalty * float(np.abs(coef).sum())
    off = y - shrink * residual
    return primal - 0.5 * float(y @ y) + 0.5 * float(off @ off)
