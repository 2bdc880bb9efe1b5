"""Naive Bayes with a normal density for each feature and class."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.bayes.joint import NaiveBayes, sums_by_class
from penstock.scratch.estimators.checking import check_setting


class GaussianNB(NaiveBayes):
    """P(row | class) = Π N(xⱼ; θⱼ, σ²ⱼ), θ and σ² by maximum likelihood in the class.

    A share of the largest variance is added to all, that none is 0 (Bishop 2006, section 4.2;
    Chan, Golub and LeVeque 1983 on the two passes that keep σ² exact).

    Attributes:
        theta_: means (classes, features).
        var_: variances (classes, features).
        class_prior_: (classes,).
        class_count_: what the rows of each class weigh (classes,).
        epsilon_: what was added to variances.
    """

    theta_: Array
    var_: Array
    class_prior_: Array
    class_count_: Array
    epsilon_: float

    def __init__(self, priors: Any = None, var_smoothing: float = 1e-9) -> None:
        self.priors = priors
        self.var_smoothing = var_smoothing

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from rows (N, features) and labels (N,).

        Raises:
            ValueError: priors that do not fit the classes or do not sum to 1.
            SettingError: var_smoothing is negative.
        """
        check_setting(self.var_smoothing >= 0, self, "var_smoothing", "a number from 0")
        rows, codes, weights = self._given_classes(X, y, sample_weight)
        number = len(self.classes_)
        self.class_count_ = np.bincount(codes, weights, number)
        each = np.maximum(self.class_count_, np.finfo(float).tiny)[:, None]
        self.theta_ = sums_by_class(rows, codes, weights, number) / each
        off = rows - self.theta_[codes]
        self.epsilon_ = self.var_smoothing * float(rows.var(axis=0).max())
        self.var_ = sums_by_class(off * off, codes, weights, number) / each + self.epsilon_
        self.class_prior_ = self._priors(number)
        return self

    def _priors(self, number: int) -> Array:
        if self.priors is None:
            shares: Array = self.class_count_ / self.class_count_.sum()
            return shares
        priors = np.asarray(self.priors, float)
        if len(priors) != number:
            raise ValueError("Number of priors must match number of classes.")
        if not np.isclose(priors.sum(), 1.0):
            raise ValueError("The sum of the priors should be 1.")
        if (priors < 0).any():
            raise ValueError("Priors must be non-negative.")
        return priors

    def _joint(self, rows: Array) -> Array:
        joint = np.empty((len(rows), len(self.classes_)))
        with np.errstate(divide="ignore"):
            prior = np.log(self.class_prior_)
        for k, (mean, variance) in enumerate(zip(self.theta_, self.var_, strict=True)):
            spread = np.log(2 * np.pi * variance).sum()
            joint[:, k] = prior[k] - 0.5 * (spread + ((rows - mean) ** 2 / variance).sum(axis=1))
        return joint
