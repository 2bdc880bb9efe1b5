"""Logistic regression (Hastie, Tibshirani and Friedman 2009, section 4.4)."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.kinds import ProbabilisticClassifier
from penstock.scratch.estimators.weighing import class_weights
from penstock.scratch.linear.lines import LinearClassifier
from penstock.scratch.linear.newton import Surface, minimise


class LogisticRegression(LinearClassifier, ProbabilisticClassifier):
    """P(class k) = softmax(x Wᵀ + b)ₖ with W that makes C Σ sᵢ·(-ln P(yᵢ)) + ½|W|² least.

    Of two classes one line is enough: P = σ(x·w + b). By Newton's method, whose Hessian is XᵀRX
    plus the penalty, Rᵢ = pᵢ(1 - pᵢ) (iteratively reweighted least squares); its memory grows with
    (classes · features)².

    Attributes:
        coef_: W (classes, features), one line for two classes.
        intercept_: b (classes,), which bears no penalty; sums to 0 for three classes or more.
        n_iter_: Newton's steps (1,).
    """

    n_iter_: Array

    def __init__(
        self,
        C: float = 1.0,
        fit_intercept: bool = True,
        class_weight: Any = None,
        max_iter: int = 100,
        tol: float = 1e-6,
    ) -> None:
        self.C = C
        self.fit_intercept = fit_intercept
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
        weights = weights * class_weights(self.class_weight, self.classes_, codes, weights)
        extended = np.column_stack([rows, np.ones(len(rows))]) if self.fit_intercept else rows
        of_two = len(self.classes_) == 2
        surface = _of_two if of_two else _of_many
        penalty = np.ones(extended.shape[1])
        penalty[rows.shape[1] :] = 0
        penalty /= self.C
        found, steps = minimise(
            lambda w: surface(w, extended, codes, weights, penalty),
            np.zeros(extended.shape[1] * (1 if of_two else len(self.classes_))),
            self.tol,
            self.max_iter,
            float(weights.sum()),
        )
        lines = found.reshape(-1, extended.shape[1])
        self.coef_ = lines[:, : rows.shape[1]].copy()
        self.intercept_ = lines[:, -1].copy() if self.fit_intercept else np.zeros(len(lines))
        self.n_iter_ = np.array([steps])
        return self

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (rows, classes)."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            yes = _sigmoid(scores)
            return np.column_stack([1 - yes, yes])
        return _softmax(scores)


def _of_two(w: Array, x: Array, codes: Array, weights: Array, penalty: Array) -> Surface:
    """The loss, divided by C so that the penalty is `penalty`, as Σ s·(ln(1 + eᶻ) - y·z)."""
    z = x @ w
    p = _sigmoid(z)
    value = weights @ (np.logaddexp(0, z) - codes * z) + 0.5 * penalty @ (w * w)
    gradient = x.T @ (weights * (p - codes)) + penalty * w

    def hessian() -> Array:
        curved: Array = (x * (weights * p * (1 - p))[:, None]).T @ x
        curved[np.diag_indices_from(curved)] += penalty + _least(curved)
        return curved

    return Surface(float(value), gradient, hessian)


def _of_many(w: Array, x: Array, codes: Array, weights: Array, penalty: Array) -> Surface:
    """The same for softmax; the Hessian's block of classes k, l is Xᵀ diag(pₖ(δₖₗ - pₗ)) X."""
    width = x.shape[1]
    lines = w.reshape(-1, width)
    z = x @ lines.T
    z -= z.max(axis=1, keepdims=True)
    total = np.exp(z).sum(axis=1)
    p = np.exp(z) / total[:, None]
    number = np.arange(len(x))
    value = weights @ (np.log(total) - z[number, codes]) + 0.5 * (penalty * lines**2).sum()
    off = p.copy()
    off[number, codes] -= 1
    gradient = (off * weights[:, None]).T @ x + penalty * lines

    def hessian() -> Array:
        blocks = np.empty((len(lines), width, len(lines), width))
        for k in range(len(lines)):
            for other in range(k + 1):
                share = weights * p[:, k] * ((k == other) - p[:, other])
                block = (x * share[:, None]).T @ x
                blocks[k, :, other], blocks[other, :, k] = block, block.T
        curved = blocks.reshape(w.size, w.size)
        curved[np.diag_indices_from(curved)] += np.tile(penalty, len(lines)) + _least(curved)
        free = np.flatnonzero(penalty == 0)  # what all lines share alike changes nothing there
        for place in free:
            same = place + width * np.arange(len(lines))
            curved[np.ix_(same, same)] += max(float(curved[same, same].mean()), 1e-12)
        return curved

    return Surface(float(value), gradient.ravel(), hessian)


def _least(curved: Array) -> float:
    """So little on the diagonal that a solution exists where rounding takes the curvature."""
    return 1e-14 * float(np.trace(curved)) / len(curved) + 1e-300


def _sigmoid(z: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * z)))


def _softmax(z: Array) -> Array:
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(p / p.sum(axis=1, keepdims=True))
