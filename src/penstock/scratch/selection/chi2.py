"""Features that depend on the class more than chance lets them (Manning et al. 2008, 13.5.2)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.bayes.joint import sums_by_class
from penstock.scratch.errors import SettingError
from penstock.scratch.estimators.checking import check_classes, check_rows, check_setting
from penstock.scratch.estimators.kinds import Transformer
from penstock.scratch.estimators.tags import Tags


def chi2(X: Any, y: Any) -> tuple[Array, Array]:
    """χ² = Σ (observed - expected)² / expected over classes, and its chance if nothing depends.

    Args:
        X: counts, or what else adds up, (N, features).
        y: classes (N,).

    Returns:
        χ² and P(χ² with classes - 1 degrees of freedom is as large), both (features,).

    Raises:
        ValueError: a value is negative.
    """
    rows = check_rows(X, "chi2")
    if (rows < 0).any():
        raise ValueError("Input X must be non-negative. Negative values in data passed to chi2.")
    classes, codes = check_classes(y, len(rows), "chi2")
    observed = sums_by_class(rows, codes, np.ones(len(rows)), len(classes))
    share = np.bincount(codes) / len(rows)
    expected = share[:, None] * rows.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = ((observed - expected) ** 2 / expected).sum(axis=0)
    chances = [chi2_tail(one, len(classes) - 1) for one in found.tolist()]
    return found, np.array(chances)


def chi2_tail(value: float, degrees: int) -> float:
    """P(χ² > value) of whole degrees of freedom, in closed form.

    With h = value/2 it is e⁻ʰ Σ hⁱ/i! of even degrees; of odd ones erfc(√h) plus the like sum
    of half powers (Abramowitz and Stegun 1964, 26.4.4 and 26.4.5).
    """
    if math.isnan(value) or degrees < 1:
        return math.nan
    half = value / 2
    odd = degrees % 2
    total = math.erfc(math.sqrt(half)) if odd else 0.0
    log = math.log(half) if half > 0 else -math.inf
    for number in range(degrees // 2):
        power = number + odd / 2
        if half > 0:
            total += math.exp(power * log - half - math.lgamma(power + 1))
        elif power == 0:
            total += 1.0
    return total


class SelectKBest(Transformer):
    """The k features of the highest score.

    Attributes:
        scores_, pvalues_: (features,).
    """

    scores_: Array
    pvalues_: Array

    def __init__(
        self, score_func: Callable[[Any, Any], tuple[Array, Array]] = chi2, k: int = 10
    ) -> None:
        self.score_func = score_func
        self.k = k

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required, tags.input_tags.positive_only = True, self.score_func is chi2
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:
        """Score the features of rows (N, features) by classes (N,).

        Raises:
            SettingError: more features than there are, or none.
        """
        check_setting(self.k >= 1, self, "k", "a number from 1")
        if y is None:
            raise ValueError("SelectKBest requires y to be passed, but the target y is None")
        rows = self._given(X)
        self.scores_, self.pvalues_ = self.score_func(rows, y)
        if self.k > rows.shape[1]:
            raise SettingError("SelectKBest", f"k up to {rows.shape[1]} features", self.k)
        return self

    def get_support(self) -> Array:
        """Whether each feature is kept; of equal scores the last."""
        self.check_fitted()
        scores = np.where(np.isnan(self.scores_), -np.inf, self.scores_)
        kept = np.zeros(len(scores), bool)
        kept[np.argsort(scores, kind="stable")[-self.k :]] = True
        return kept

    def transform(self, X: Any) -> Array:
        """The features that are kept."""
        return self._rows(X)[:, self.get_support()]
