"""Settings tried one by one, each judged by cross-validation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting, refuse_sparse
from penstock.scratch.estimators.estimator import Estimator, clone
from penstock.scratch.estimators.tags import Tags
from penstock.scratch.tuning.folds import folds_of
from penstock.scratch.tuning.validation import Scoring, cross_val_score, is_classifier


def combinations(grid: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Every choice of one value for each name; names in order, the last changes fastest."""
    names = sorted(grid)
    for values in product(*(grid[name] for name in names)):
        yield dict(zip(names, values, strict=True))


class GridSearchCV(Estimator):
    """The combination of the best mean score, fitted on all rows; of equals the first.

    Attributes:
        best_params_, best_score_, best_index_: which it was.
        best_estimator_: fitted with it.
        cv_results_: `params`, and arrays `mean_test_score`, `std_test_score`, `rank_test_score`.
    """

    best_params_: dict[str, Any]
    best_score_: float
    best_index_: int
    best_estimator_: Any
    cv_results_: dict[str, Any]

    def __init__(
        self,
        estimator: Any,
        param_grid: Mapping[str, Sequence[Any]],
        scoring: Scoring | None = None,
        cv: Any = 5,
    ) -> None:
        self.estimator = estimator
        self.param_grid = param_grid
        self.scoring = scoring
        self.cv = cv

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = self.estimator.__sklearn_tags__()
        return tags

    def fit(self, X: Any, y: Any) -> Self:
        """Try all combinations on rows (N, features) and a target (N,).

        Raises:
            SettingError: a name has no value to try.
        """
        full = all(len(values) for values in self.param_grid.values())
        check_setting(full, self, "param_grid", "a value or more for each name")
        refuse_sparse(X)
        rows, target = np.asarray(X), np.asarray(y)
        splitter = folds_of(self.cv, target, is_classifier(self.estimator))
        folds = _Kept(list(splitter.split(rows, target)))
        tried = list(combinations(self.param_grid))
        scores = np.array(
            [
                cross_val_score(
                    clone(self.estimator).set_params(**one), rows, target, folds, self.scoring
                )
                for one in tried
            ]
        )
        mean = scores.mean(axis=1)
        self.best_index_ = int(mean.argmax())
        self.cv_results_ = {
            "params": tried,
            "mean_test_score": mean,
            "std_test_score": scores.std(axis=1),
            "rank_test_score": 1 + (mean[None, :] > mean[:, None]).sum(axis=1),
        }
        self.best_params_, self.best_score_ = tried[self.best_index_], float(mean.max())
        self.best_estimator_ = clone(self.estimator).set_params(**self.best_params_)
        self.best_estimator_.fit(rows, target)
        self.n_features_in_ = self.best_estimator_.n_features_in_
        return self

    @property
    def classes_(self) -> Array:
        """The best estimator's."""
        classes: Array = self.best_estimator_.classes_
        return classes

    def predict(self, X: Any) -> Array:
        """What the best estimator tells."""
        self.check_fitted()
        told: Array = self.best_estimator_.predict(X)
        return told

    def score(self, X: Any, y: Any) -> float:
        """The score that was searched by."""
        self.check_fitted()
        if self.scoring is not None:
            return self.scoring(self.best_estimator_, X, y)
        return float(self.best_estimator_.score(X, y))


class _Kept:
    """Folds drawn once, that all combinations are judged on the same."""

    def __init__(self, folds: list[tuple[Array, Array]]) -> None:
        self.folds = folds

    def split(self, X: Any, y: Any = None) -> Iterator[tuple[Array, Array]]:
        return iter(self.folds)
