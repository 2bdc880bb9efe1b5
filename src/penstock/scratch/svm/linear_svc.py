"""A linear support vector machine, solved for its weights instead of its rows."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.weighing import class_weights
from penstock.scratch.linear.lines import LinearClassifier
from penstock.scratch.linear.newton import Surface, minimise


class LinearSVC(LinearClassifier):
    """w that makes ½|w|² + C Σ max(0, 1 - y·x·w)² least; b is the weight of a feature that is 1.

    The squared hinge has a slope everywhere and a curvature almost everywhere, so that Newton's
    method finds w in a few steps, whatever the rows (Chapelle 2007, Training a Support Vector
    Machine in the Primal). Of more than two classes each has a machine against the rest.

    Attributes:
        coef_: (classes, features), one line for two classes.
        intercept_: (classes,); it bears the penalty too, as liblinear has it.
        n_iter_: Newton's steps of the machine that took most.
    """

    n_iter_: int

    def __init__(
        self, C: float = 1.0, class_weight: Any = None, max_iter: int = 1000, tol: float = 1e-6
    ) -> None:
        self.C = C
        self.class_weight = class_weight
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from rows (N, features) and labels (N,).

        Raises:
            ValueError: all labels are one class.
            SettingError: C is not above 0, or no step is allowed.
        """
        rows, codes, weights = self._given_to_part(X, y, sample_weight)
        cost = self.C * weights
        cost = cost * class_weights(self.class_weight, self.classes_, codes, weights)
        x = np.column_stack([rows, np.ones(len(rows))])
        positives = range(len(self.classes_)) if len(self.classes_) > 2 else (1,)
        found = [self._machine(x, np.where(codes == one, 1.0, -1.0), cost) for one in positives]
        lines = np.stack([line for line, _ in found])
        self.coef_, self.intercept_ = lines[:, :-1].copy(), lines[:, -1].copy()
        self.n_iter_ = max(steps for _, steps in found)
        return self

    def _machine(self, x: Array, y: Array, cost: Array) -> tuple[Array, int]:
        start = np.zeros(x.shape[1])
        scale = float(cost.sum())
        return minimise(lambda w: _hinge(w, x, y, cost), start, self.tol, self.max_iter, scale)


def _hinge(w: Array, x: Array, y: Array, cost: Array) -> Surface:
    """Rows beyond the margin neither pull nor curve."""
    short = 1 - y * (x @ w)
    inside = short > 0
    near, lacking, price = x[inside], short[inside], cost[inside]
    value = 0.5 * float(w @ w) + float(price @ (lacking * lacking))
    slope = w - 2 * near.T @ (price * lacking * y[inside])

    def hessian() -> Array:
        curved: Array = 2 * (near * price[:, None]).T @ near
        curved[np.diag_indices_from(curved)] += 1
        return curved

    return Surface(value, slope, hessian)
