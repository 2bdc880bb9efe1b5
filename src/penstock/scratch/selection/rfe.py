"""Features left out one after another, the least useful first (Guyon et al. 2002)."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.estimator import clone
from penstock.scratch.estimators.kinds import Transformer
from penstock.scratch.estimators.tags import Tags


class RFE(Transformer):
    """Fit, drop the features that weigh least, fit again on the rest.

    A feature weighs its `feature_importances_`, or the sum over classes of its `coef_` squared.

    Attributes:
        support_: whether a feature is kept.
        ranking_: 1 for those; more the sooner a feature was dropped.
        estimator_: fitted on those kept.
    """

    support_: Array
    ranking_: Array
    estimator_: Any

    def __init__(self, estimator: Any, n_features_to_select: int = 1, step: int = 1) -> None:
        self.estimator = estimator
        self.n_features_to_select = n_features_to_select
        self.step = step

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from rows (N, features) and a target (N,).

        Raises:
            SettingError: more features than there are, none, or no step.
        """
        check_setting(self.step >= 1, self, "step", "features from 1")
        if y is None:
            raise ValueError("RFE requires y to be passed, but the target y is None")
        rows = self._given(X)
        total, wanted = rows.shape[1], self.n_features_to_select
        if not 1 <= wanted <= total:
            raise SettingError("RFE", f"n_features_to_select from 1 to {total}", wanted)
        kept, ranking = np.ones(total, bool), np.ones(total, int)
        while kept.sum() > wanted:
            places = np.flatnonzero(kept)
            weights = _weights(clone(self.estimator).fit(rows[:, kept], y))
            count = min(self.step, len(places) - wanted)
            kept[places[np.argsort(weights, kind="stable")[:count]]] = False
            ranking[~kept] += 1
        self.support_, self.ranking_ = kept, ranking
        self.estimator_ = clone(self.estimator).fit(rows[:, kept], y)
        return self

    def transform(self, X: Any) -> Array:
        """The features that are kept."""
        return self._rows(X)[:, self.support_]

    def predict(self, X: Any) -> Array:
        """What the estimator tells of them."""
        told: Array = self.estimator_.predict(self.transform(X))
        return told


def _weights(fitted: Any) -> Array:
    if hasattr(fitted, "feature_importances_"):
        return np.asarray(fitted.feature_importances_)
    if not hasattr(fitted, "coef_"):
        raise SettingError("RFE", "an estimator with coef_ or feature_importances_", fitted)
    return np.asarray((np.atleast_2d(fitted.coef_) ** 2).sum(axis=0))
