"""A support vector machine with a kernel (Cortes and Vapnik 1995)."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.kinds import Classifier
from penstock.scratch.estimators.weighing import class_weights
from penstock.scratch.svm.kernels import KINDS, kernel
from penstock.scratch.svm.smo import Solution, solve


class SVC(Classifier):
    """The plane of the widest margin in the kernel's space; C says what a row inside it costs.

    A large C asks for a margin that no row enters (hard), a small one trades rows for width
    (soft). Of more than two classes every pair has a machine of its own, and most votes win;
    of as many votes the surer machines.

    Attributes:
        support_: positions of the support vectors, class by class (n,).
        support_vectors_: themselves (n, features).
        n_support_: how many of each class.
        dual_coef_: y·α of each in the machines of its class, (classes - 1, n).
        intercept_: b of each machine, of the pairs (0, 1), (0, 2) … (1, 2) …
        objective_: of each machine's dual.
        n_iter_: pairs moved for each machine.
    """

    support_: Array
    support_vectors_: Array
    n_support_: Array
    dual_coef_: Array
    intercept_: Array
    objective_: Array
    n_iter_: Array

    def __init__(
        self,
        C: float = 1.0,
        kernel: str = "rbf",
        degree: int = 3,
        gamma: Any = "scale",
        coef0: float = 0.0,
        tol: float = 1e-3,
        class_weight: Any = None,
        max_iter: int = -1,
    ) -> None:
        self.C = C
        self.kernel = kernel
        self.degree = degree
        self.gamma = gamma
        self.coef0 = coef0
        self.tol = tol
        self.class_weight = class_weight
        self.max_iter = max_iter

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows (N, features) and labels (N,); memory grows with N².

        Raises:
            ValueError: all labels are one class.
            SettingError: a setting means nothing.
        """
        check_setting(self.C > 0, self, "C", "a number above 0")
        check_setting(self.kernel in KINDS, self, "kernel", " or ".join(KINDS))
        rows, codes, weights = self._given_classes(X, y)
        classes = len(self.classes_)
        if classes < 2:
            raise ValueError(
                f"The number of classes has to be greater than one; got {classes} class"
            )
        self._gamma = self._of_rows(rows)
        limit = self.C * class_weights(self.class_weight, self.classes_, codes, weights)
        order = np.argsort(codes, kind="stable")
        rows, codes, limit = rows[order], codes[order], limit[order]
        gram = self._kernel(rows, rows)
        machines = [self._machine(gram, codes, limit, pair) for pair in _pairs(classes)]
        self._keep(rows, codes, order, machines)
        return self

    def _of_rows(self, rows: Array) -> float:
        if self.gamma == "scale":
            variance = rows.var()
            return float(1 / (rows.shape[1] * variance)) if variance > 0 else 1.0
        if self.gamma == "auto":
            return 1.0 / int(rows.shape[1])
        positive = not isinstance(self.gamma, str) and bool(self.gamma >= 0)
        check_setting(positive, self, "gamma", "'scale', 'auto' or a number from 0")
        return float(self.gamma)

    def _kernel(self, a: Array, b: Array) -> Array:
        return kernel(self.kernel, a, b, self._gamma, self.degree, self.coef0)

    def _machine(
        self, gram: Array, codes: Array, limit: Array, pair: tuple[int, int]
    ) -> tuple[Array, Solution]:
        """Positions of a pair's rows, and what solves them; the first class is 1."""
        inside = np.flatnonzero(np.isin(codes, pair))
        sign = np.where(codes[inside] == pair[0], 1.0, -1.0)
        part = gram[np.ix_(inside, inside)]
        found = solve(part, sign, limit[inside], self.tol, self.max_iter)
        return inside, found._replace(alpha=found.alpha * sign)

    def _keep(
        self, rows: Array, codes: Array, order: Array, machines: list[tuple[Array, Solution]]
    ) -> None:
        classes = len(self.classes_)
        dual = np.zeros((classes - 1, len(rows)))
        for (a, b), (inside, found) in zip(_pairs(classes), machines, strict=True):
            of_a = codes[inside] == a
            dual[b - 1, inside[of_a]] = found.alpha[of_a]
            dual[a, inside[~of_a]] = found.alpha[~of_a]
        held = (dual != 0).any(axis=0)
        sign = -1.0 if classes == 2 else 1.0  # of two classes the second is the positive one
        self.support_, self.support_vectors_ = order[held], rows[held]
        self._codes, self.n_support_ = codes[held], np.bincount(codes[held], minlength=classes)
        self.dual_coef_ = sign * dual[:, held]
        self.intercept_ = sign * np.array([found.bias for _, found in machines])
        self.objective_ = np.array([found.objective for _, found in machines])
        self.n_iter_ = np.array([found.steps for _, found in machines])

    def _margins(self, X: Any) -> Array:
        """Decision of each machine, (rows, pairs); above 0 says its first class."""
        values = self._kernel(self._rows(X), self.support_vectors_)
        classes = len(self.classes_)
        sign = -1.0 if classes == 2 else 1.0
        found = []
        for number, (a, b) in enumerate(_pairs(classes)):
            of_a, of_b = self._codes == a, self._codes == b
            margin = values[:, of_a] @ self.dual_coef_[b - 1, of_a]
            margin = margin + values[:, of_b] @ self.dual_coef_[a, of_b]
            found.append(sign * (margin + self.intercept_[number]))
        return np.stack(found, axis=1)

    def decision_function(self, X: Any) -> Array:
        """Of two classes the margin (rows,), of more votes and sureness (rows, classes)."""
        margins = self._margins(X)
        if len(self.classes_) == 2:
            return np.asarray(-margins[:, 0])
        votes = np.zeros((len(margins), len(self.classes_)))
        sure = np.zeros_like(votes)
        for number, (a, b) in enumerate(_pairs(len(self.classes_))):
            first = margins[:, number] > 0
            votes[:, a] += first
            votes[:, b] += ~first
            sure[:, a] += margins[:, number]
            sure[:, b] -= margins[:, number]
        return np.asarray(votes + sure / (3 * (np.abs(sure) + 1)))

    def predict(self, X: Any) -> Array:
        """The class of most votes, of equals the first."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            return np.asarray(self.classes_[(scores > 0).astype(int)])
        margins, votes = self._margins(X), np.zeros_like(scores)
        for number, (a, b) in enumerate(_pairs(len(self.classes_))):
            votes[:, a] += margins[:, number] > 0
            votes[:, b] += margins[:, number] <= 0
        return np.asarray(self.classes_[votes.argmax(axis=1)])


def _pairs(classes: int) -> list[tuple[int, int]]:
    return list(combinations(range(classes), 2))
