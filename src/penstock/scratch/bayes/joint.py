"""From ln P(class) + ln P(row | class) to answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.kinds import ProbabilisticClassifier


class NaiveBayes(ProbabilisticClassifier):
    """P(class | row) by Bayes' rule: its logarithm is the joint's, less that of their sum."""

    def _joint(self, rows: Array) -> Array:
        """The logarithm of P(class)·P(row | class), (rows, classes)."""
        raise NotImplementedError

    def predict_log_proba(self, X: Any) -> Array:
        """Logarithms of the probabilities (rows, classes)."""
        joint = self._joint(self._rows(X))
        highest = joint.max(axis=1, keepdims=True)
        total = highest + np.log(np.exp(joint - highest).sum(axis=1, keepdims=True))
        logs: Array = joint - total
        return logs

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (rows, classes)."""
        return np.exp(self.predict_log_proba(X))

    def predict(self, X: Any) -> Array:
        """The likeliest class of each row."""
        return np.asarray(self.classes_[self._joint(self._rows(X)).argmax(axis=1)])


def sums_by_class(rows: Array, codes: Array, weights: Array, classes: int) -> Array:
    """Σ weight·row over the rows of each class, (classes, features)."""
    member = (codes[:, None] == np.arange(classes)) * weights[:, None]
    return np.asarray(member.T @ rows)
