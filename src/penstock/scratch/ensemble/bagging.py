"""The mean of estimators that each saw other rows (Breiman 1996)."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting, generator
from penstock.scratch.estimators.estimator import clone
from penstock.scratch.estimators.kinds import ProbabilisticClassifier
from penstock.scratch.trees.decision_tree import DecisionTreeClassifier


class BaggingClassifier(ProbabilisticClassifier):
    """Each estimator is fitted on rows drawn with replacement; their probabilities are averaged.

    Averaging lowers the variance, and most where estimators change much with their rows.

    Attributes:
        estimators_: as fitted, each with `estimators_samples_`, the rows drawn for it.
    """

    estimators_: list[Any]
    estimators_samples_: list[Array]

    def __init__(
        self,
        estimator: Any = None,
        n_estimators: int = 10,
        max_samples: float = 1.0,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.max_samples = max_samples
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows (N, features) and labels (N,).

        Raises:
            SettingError: no estimator, or no share of the rows.
        """
        check_setting(self.n_estimators >= 1, self, "n_estimators", "a number from 1")
        check_setting(0 < self.max_samples <= 1, self, "max_samples", "a share above 0 up to 1")
        rows, codes, _ = self._given_classes(X, y)
        rng = generator(self.random_state)
        count = max(1, int(self.max_samples * len(rows)))
        self.estimators_, self.estimators_samples_ = [], []
        for _ in range(self.n_estimators):
            drawn = rng.integers(len(rows), size=count)
            one = DecisionTreeClassifier() if self.estimator is None else clone(self.estimator)
            if "random_state" in one.get_params():
                one.set_params(random_state=int(rng.integers(2**31)))
            self.estimators_.append(one.fit(rows[drawn], codes[drawn]))
            self.estimators_samples_.append(drawn)
        return self

    def predict_proba(self, X: Any) -> Array:
        """Mean probabilities (rows, classes); a class that was not drawn has none."""
        rows = self._rows(X)
        total = np.zeros((len(rows), len(self.classes_)))
        for one in self.estimators_:
            total[:, one.classes_] += one.predict_proba(rows)
        return total / len(self.estimators_)
