"""How well classes are told (Manning, Raghavan and Schütze 2008, section 8.3)."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.metrics.pairs import check_pair

Average = Literal["binary", "micro", "macro", "weighted"]


def confusion_matrix(y_true: Any, y_pred: Any, labels: Any = None) -> Array:
    """Rows of class i that were told class j, (classes, classes).

    Args:
        y_true: (N,).
        y_pred: (N,).
        labels: the classes, in order; None: all that occur, ascending. Rows with others are
            left out.

    Raises:
        ShapeError: no two lines of one length.
    """
    true, told = _both(y_true, y_pred)
    classes = np.unique(np.concatenate([true, told])) if labels is None else np.asarray(labels)
    order = np.argsort(classes)
    known = np.isin(true, classes) & np.isin(told, classes)
    i, j = (order[np.searchsorted(classes, one[known], sorter=order)] for one in (true, told))
    number = len(classes)
    return np.bincount(i * number + j, minlength=number**2).reshape(number, number)


def accuracy_score(y_true: Any, y_pred: Any) -> float:
    """Share of the rows whose class is told."""
    true, told = _both(y_true, y_pred)
    return float(np.mean(true == told))


class Retrieval(NamedTuple):
    """Of each class, or averaged.

    Attributes:
        precision: of the rows told the class, the share that is of it; 0 where none was told.
        recall: of the rows of the class, the share that was told; 0 where there is none.
        f1: their harmonic mean, 2TP / (2TP + FP + FN).
        support: rows of the class.
    """

    precision: Any
    recall: Any
    f1: Any
    support: Any


def precision_recall_f1(y_true: Any, y_pred: Any, average: Average | None = None) -> Retrieval:
    """Precision, recall and F1 of each class, ascending, or of their average.

    Args:
        y_true: (N,).
        y_pred: (N,).
        average: `binary` takes the second of two classes; `micro` counts all classes together;
            `macro` weighs classes the same; `weighted` by their rows; None gives each class.

    Raises:
        SettingError: another average, or `binary` of more than two classes.
    """
    if average not in {None, "binary", "micro", "macro", "weighted"}:
        raise SettingError("average", "None, 'binary', 'micro', 'macro' or 'weighted'", average)
    table = confusion_matrix(y_true, y_pred)
    if average == "binary" and len(table) > 2:
        raise SettingError(
            "average", "'micro', 'macro' or 'weighted' for more than two classes", average
        )
    hit, told, true = table.diagonal(), table.sum(axis=0), table.sum(axis=1)
    if average == "micro":
        hit, told, true = (np.array([one.sum()]) for one in (hit, told, true))
    each = Retrieval(_share(hit, told), _share(hit, true), _share(2 * hit, told + true), true)
    if average is None:
        return each
    if average in {"binary", "micro"}:
        last = [float(one[-1]) for one in each[:3]]
        return Retrieval(last[0], last[1], last[2], int(each.support[-1]))
    weights = true if average == "weighted" else np.ones(len(true))
    mean = [float(np.average(one, weights=weights)) for one in each[:3]]
    return Retrieval(mean[0], mean[1], mean[2], int(true.sum()))


def log_loss(y_true: Any, probabilities: Any) -> float:
    """Mean of -ln of the probability that the true class was given.

    Args:
        y_true: (N,).
        probabilities: (N, classes), classes ascending; or (N,) of the second of two classes.

    Raises:
        ShapeError: they do not fit together.
    """
    classes, codes = np.unique(np.asarray(y_true), return_inverse=True)
    p = np.asarray(probabilities, float)
    if p.ndim == 1:
        p = np.column_stack([1 - p, p])
    if p.shape != (len(codes), len(classes)):
        raise ShapeError("log_loss", f"probabilities {(len(codes), len(classes))}", p.shape)
    tiny = np.finfo(float).eps
    given = np.clip(p, tiny, 1 - tiny)[np.arange(len(codes)), codes]
    return float(-np.log(given).mean())


def brier_score(y_true: Any, probabilities: Any) -> float:
    """Mean of (p - y)² for y of 0 and 1 (Brier 1950)."""
    true, p = _both(y_true, probabilities)
    return float(np.mean((p - true) ** 2))


def _both(y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    true, told = np.asarray(y_true), np.asarray(y_pred)
    check_pair("metrics", true, told)
    return true, told


def _share(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, where=whole > 0, out=np.zeros(len(whole)))
