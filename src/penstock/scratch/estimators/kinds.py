"""What classifiers, regressors and transformers each have in common."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_classes, check_numbers, check_weights
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.estimators.tags import ClassifierTags, RegressorTags, Tags, TransformerTags


class Classifier(Estimator):
    """Tells a class for each row.

    Attributes:
        classes_: the labels seen, ascending.
    """

    classes_: Array

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        tags.target_tags.required = True
        return tags

    def _given_classes(
        self, X: Any, y: Any, sample_weight: Any = None
    ) -> tuple[Array, Array, Array]:
        """Rows, each one's place in `classes_`, and weights; rows that weigh nothing are left out.

        Raises:
            ValueError: they are not fit to learn from.
        """
        if y is None:
            check_classes(y, 0, type(self).__name__)
        rows = self._given(X)
        self.classes_, codes = check_classes(y, len(rows), type(self).__name__)
        weights = check_weights(sample_weight, len(rows))
        return _heard(rows, codes, weights)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Share of the rows whose class is told."""
        right = np.asarray(self.predict(X)) == np.asarray(y)
        return float(np.average(right, weights=sample_weight))

    def predict(self, X: Any) -> Array:
        """A class for each row."""
        raise NotImplementedError


class ProbabilisticClassifier(Classifier):
    """Tells a probability for each row and class."""

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (rows, classes)."""
        raise NotImplementedError

    def predict(self, X: Any) -> Array:
        """The likeliest class of each row, of equals the first."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


class Regressor(Estimator):
    """Tells a number for each row."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.estimator_type, tags.regressor_tags = "regressor", RegressorTags()
        tags.target_tags.required = True
        return tags

    def _given_numbers(
        self, X: Any, y: Any, sample_weight: Any = None
    ) -> tuple[Array, Array, Array]:
        """Rows, targets and weights; rows that weigh nothing are left out.

        Raises:
            ValueError: they are not fit to learn from.
        """
        if y is None:
            check_numbers(y, 0, type(self).__name__)
        rows = self._given(X)
        numbers = check_numbers(y, len(rows), type(self).__name__)
        weights = check_weights(sample_weight, len(rows))
        return _heard(rows, numbers, weights)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R²: the share of the target's variance that is told."""
        told, true = self.predict(X), np.asarray(y, np.float64)
        weights = check_weights(sample_weight, len(true))
        around = weights @ (true - np.average(true, weights=weights)) ** 2
        return float(1 - weights @ (true - told) ** 2 / around)

    def predict(self, X: Any) -> Array:
        """A number for each row."""
        raise NotImplementedError


class Transformer(Estimator):
    """Makes other columns of the rows.

    A class with `fills_missing` leaves no NaN.
    """

    fills_missing: ClassVar[bool] = False

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags = TransformerTags()
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn what the change needs."""
        raise NotImplementedError

    def transform(self, X: Any) -> Array:
        """The rows, changed."""
        raise NotImplementedError

    def fit_transform(self, X: Any, y: Any = None) -> Array:
        """Both on the same rows."""
        return self.fit(X, y).transform(X)


def _heard(rows: Array, target: Array, weights: Array) -> tuple[Array, Array, Array]:
    """Those that weigh something."""
    kept = weights > 0
    return (rows, target, weights) if kept.all() else (rows[kept], target[kept], weights[kept])
