"""An estimator judged on rows that it did not learn from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import ShapeError
from penstock.scratch.estimators.estimator import clone
from penstock.scratch.tuning.folds import folds_of

Scoring = Callable[[Any, Array, Array], float]


def is_classifier(estimator: Any) -> bool:
    """Whether it tells classes."""
    return bool(estimator.__sklearn_tags__().estimator_type == "classifier")


def cross_val_score(
    estimator: Any, X: Any, y: Any, cv: Any = 5, scoring: Scoring | None = None
) -> Array:
    """The score of each fold (folds,), of a clone that learnt from the others.

    Args:
        estimator: not fitted; it stays so.
        X: (N, features).
        y: (N,).
        cv: folds, or a splitter.
        scoring: from (estimator, rows, target) to a number, more is better; None: its `score`.
    """
    rows, target = np.asarray(X), np.asarray(y)
    scores = []
    for train, test in folds_of(cv, target, is_classifier(estimator)).split(rows, target):
        fitted = clone(estimator).fit(rows[train], target[train])
        judge = scoring or type(fitted).score
        scores.append(judge(fitted, rows[test], target[test]))
    return np.array(scores)


def cross_val_predict(
    estimator: Any, X: Any, y: Any, cv: Any = 5, method: str = "predict"
) -> Array:
    """What each row is told by a clone that did not learn from it, (N, …).

    Raises:
        ShapeError: folds that do not judge every row once.
    """
    rows, target = np.asarray(X), np.asarray(y)
    told: Array | None = None
    times = np.zeros(len(rows), int)
    for train, test in folds_of(cv, target, is_classifier(estimator)).split(rows, target):
        fitted = clone(estimator).fit(rows[train], target[train])
        part = np.asarray(getattr(fitted, method)(rows[test]))
        if told is None:
            told = np.empty((len(rows), *part.shape[1:]), part.dtype)
        told[test] = part
        times[test] += 1
    if told is None or (times != 1).any():
        raise ShapeError("cross_val_predict", "folds that judge every row once", times[:5])
    return told
