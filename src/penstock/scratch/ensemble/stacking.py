"""An estimator that learns whom of others to believe (Wolpert 1992)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.estimators.composite import Composite
from penstock.scratch.estimators.estimator import clone
from penstock.scratch.estimators.kinds import ProbabilisticClassifier, Transformer
from penstock.scratch.linear.logistic import LogisticRegression
from penstock.scratch.tuning.validation import cross_val_predict


class StackingClassifier(Composite, ProbabilisticClassifier, Transformer):
    """A last estimator on the probabilities that the first ones give rows they did not see.

    For each row those come from clones that were fitted on the other folds; for answers from
    estimators fitted on all rows. Of two classes the second's probability is enough.

    Attributes:
        estimators_: fitted on all rows.
        final_estimator_: fitted on what they told.
    """

    parts = "estimators"
    estimators_: list[Any]
    final_estimator_: Any

    def __init__(
        self, estimators: Sequence[tuple[str, Any]], final_estimator: Any = None, cv: Any = 5
    ) -> None:
        self.estimators = estimators
        self.final_estimator = final_estimator
        self.cv = cv

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from rows (N, features) and labels (N,).

        Raises:
            SettingError: no estimators.
        """
        if not self.estimators:
            raise SettingError("StackingClassifier", "one estimator or more", self.estimators)
        rows, codes, _ = self._given_classes(X, y)
        each = [one for _, one in self.estimators]
        told = [cross_val_predict(one, rows, codes, self.cv, "predict_proba") for one in each]
        self.estimators_ = [clone(one).fit(rows, codes) for one in each]
        last = self.final_estimator
        self.final_estimator_ = LogisticRegression() if last is None else clone(last)
        self.final_estimator_.fit(self._beside(told), codes)
        return self

    def _beside(self, told: list[Array]) -> Array:
        first = 1 if len(self.classes_) == 2 else 0
        return np.concatenate([one[:, first:] for one in told], axis=1)

    def transform(self, X: Any) -> Array:
        """What the estimators tell the last one."""
        rows = self._rows(X)
        return self._beside([one.predict_proba(rows) for one in self.estimators_])

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (rows, classes)."""
        probabilities: Array = self.final_estimator_.predict_proba(self.transform(X))
        return probabilities
