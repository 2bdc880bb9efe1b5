"""Classes told apart by straight lines: one for two classes, one a class for more."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.kinds import Classifier


class LinearClassifier(Classifier):
    """A class by scores x·w + b; C says what a wrong row costs beside the penalty on w.

    Attributes:
        coef_: w (classes, features), one line for two classes.
        intercept_: b (classes,).
    """

    C: float
    max_iter: int
    coef_: Array
    intercept_: Array

    def _given_to_part(self, X: Any, y: Any, sample_weight: Any) -> tuple[Array, Array, Array]:
        """Rows, each one's place in `classes_`, and weights, of two classes at least.

        Raises:
            ValueError: all labels are one class.
            SettingError: C is not above 0, or no step is allowed.
        """
        check_setting(self.C > 0, self, "C", "a number above 0")
        check_setting(self.max_iter >= 1, self, "max_iter", "steps from 1")
        rows, codes, weights = self._given_classes(X, y, sample_weight)
        if len(np.unique(codes)) < 2:
            raise ValueError(
                "This solver needs samples of at least 2 classes in the data, but the data "
                f"contains only one class: {self.classes_[codes[0]]!r}"
            )
        return rows, codes, weights

    def decision_function(self, X: Any) -> Array:
        """Scores x·w + b: (rows,) of two classes, (rows, classes) of more."""
        scores = self._rows(X) @ self.coef_.T + self.intercept_
        return np.asarray(scores[:, 0] if len(self.coef_) == 1 else scores)

    def predict(self, X: Any) -> Array:
        """The class of the highest score; of two the second where the score is above 0."""
        scores = self.decision_function(X)
        places = scores.argmax(axis=1) if scores.ndim == 2 else (scores > 0).astype(int)
        return np.asarray(self.classes_[places])
