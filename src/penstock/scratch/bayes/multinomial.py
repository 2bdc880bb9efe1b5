"""Naive Bayes of counts: which words a class draws."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.bayes.joint import NaiveBayes, sums_by_class
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.tags import Tags


class MultinomialNB(NaiveBayes):
    """P(row | class) ∝ Π pⱼ^xⱼ with pⱼ = (α + count of j in the class) / (α·features + count).

    α > 0 lets no word that a class never had rule it out (Manning, Raghavan and Schütze 2008,
    section 13.2).

    Attributes:
        feature_log_prob_: ln p (classes, features).
        feature_count_: counts (classes, features).
        class_log_prior_: ln P(class).
        class_count_: what the rows of each class weigh (classes,).
    """

    takes_negative: ClassVar[bool] = False
    feature_log_prob_: Array
    feature_count_: Array
    class_log_prior_: Array
    class_count_: Array

    def __init__(self, alpha: float = 1.0, fit_prior: bool = True) -> None:
        self.alpha = alpha
        self.fit_prior = fit_prior

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        if tags.classifier_tags:
            tags.classifier_tags.poor_score = True  # on rows that are no counts
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from counts (N, features) and labels (N,).

        Raises:
            ValueError: a count is negative.
            SettingError: alpha is not above 0.
        """
        check_setting(self.alpha > 0, self, "alpha", "a number above 0")
        rows, codes, weights = self._given_classes(X, y, sample_weight)
        number = len(self.classes_)
        self.class_count_ = np.bincount(codes, weights, number)
        self.feature_count_ = sums_by_class(rows, codes, weights, number)
        counted = self.feature_count_ + self.alpha
        self.feature_log_prob_ = np.log(counted) - np.log(counted.sum(axis=1, keepdims=True))
        with np.errstate(divide="ignore"):
            shares = np.log(self.class_count_) - np.log(self.class_count_.sum())
        self.class_log_prior_ = shares if self.fit_prior else np.full(number, -np.log(number))
        return self

    def _joint(self, rows: Array) -> Array:
        joint: Array = rows @ self.feature_log_prob_.T + self.class_log_prior_
        return joint
