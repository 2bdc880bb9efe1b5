"""How well scores order rows: curves over all thresholds, and the areas below them."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.metrics.pairs import check_pair


def counts_by_threshold(y_true: Any, scores: Any) -> tuple[Array, Array, Array]:
    """Negatives and positives at or above each score that occurs, highest first, and the scores.

    Args:
        y_true: (N,), 0 or 1.
        scores: (N,).

    Raises:
        ShapeError: no two lines of one length.
        SettingError: a label is neither.
    """
    true, given = np.asarray(y_true), np.asarray(scores, float)
    check_pair("curves", true, given)
    if not np.isin(true, (0, 1)).all():
        raise SettingError("curves", "labels 0 and 1", np.unique(true)[:5])
    order = np.argsort(-given, kind="stable")
    true, given = true[order].astype(float), given[order]
    ends = np.append(np.flatnonzero(np.diff(given)), len(given) - 1)
    positives = np.cumsum(true)[ends]
    return 1 + ends - positives, positives, given[ends]


def roc_curve(
    y_true: Any, scores: Any, drop_intermediate: bool = True
) -> tuple[Array, Array, Array]:
    """False-positive rates, true-positive rates and thresholds, from (0, 0, ∞) on (Fawcett 2006).

    Args:
        y_true: (N,), 0 or 1.
        scores: (N,).
        drop_intermediate: leave out points on the line between their neighbours.

    Raises:
        SettingError: one class alone, of which one rate does not exist.
    """
    false, true, thresholds = counts_by_threshold(y_true, scores)
    if not false[-1] or not true[-1]:
        raise SettingError("roc_curve", "both classes", f"{true[-1]:.0f} of {len(thresholds)}")
    if drop_intermediate and len(false) > 2:
        bends = np.diff(false, 2).astype(bool) | np.diff(true, 2).astype(bool)
        kept = np.concatenate([[True], bends, [True]])
        false, true, thresholds = false[kept], true[kept], thresholds[kept]
    rates = (np.append(0.0, one / one[-1]) for one in (false, true))
    return (*rates, np.append(np.inf, thresholds))  # type: ignore[return-value]


def auc(x: Array, y: Array) -> float:
    """Area below a line of points, x ascending, by trapezoids."""
    return float(np.trapezoid(y, x))


def roc_auc_score(y_true: Any, scores: Any) -> float:
    """The chance that a positive's score is above a negative's, ties by half (Hanley, McNeil 1982).

    Raises:
        SettingError: one class alone.
    """
    false, true, _ = roc_curve(y_true, scores)
    return auc(false, true)


def precision_recall_curve(y_true: Any, scores: Any) -> tuple[Array, Array, Array]:
    """Precision and recall by ascending threshold, and a last point (1, 0); the thresholds.

    Args:
        y_true: (N,), 0 or 1.
        scores: (N,).

    Raises:
        SettingError: no positive, of which recall does not exist.
    """
    false, true, thresholds = counts_by_threshold(y_true, scores)
    if not true[-1]:
        raise SettingError("precision_recall_curve", "one positive at least", 0)
    precision, recall = true / (true + false), true / true[-1]
    return np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), thresholds[::-1]


def average_precision_score(y_true: Any, scores: Any) -> float:
    """Σ (Rₙ - Rₙ₋₁)·Pₙ: the area below the curve in steps; no line between points flatters it."""
    precision, recall, _ = precision_recall_curve(y_true, scores)
    return float(-np.sum(np.diff(recall) * precision[:-1]))
