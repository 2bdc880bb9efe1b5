"""Rows in order of falling score: thresholds, ROC AUC and average precision of many resamples."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from penstock.core.contracts import Array


def counts(label: Array, score: Array) -> tuple[Array, Array, Array]:
    """Distinct scores falling, with the hits and false alarms at or above each."""
    order = np.argsort(-score, kind="stable")
    label, score = label[order], score[order]
    last_of_tie = np.flatnonzero(np.r_[score[1:] != score[:-1], True])
    hits = np.cumsum(label)[last_of_tie]
    return score[last_of_tie], hits, last_of_tie + 1 - hits


class RankedRows:
    """Rows in order of falling score, cut into blocks between which both metrics are linear.

    A block is one group of tied scores that holds a positive, or a run of groups that hold none:
    weights of positives and negatives per block are all that the metrics depend on, and there are
    at most two blocks a positive. How many rows of each unit lie in each block is a sparse
    matrix, so that the weights of all resamples are one product with it.
    """

    def __init__(self, label: Array, score: Array, unit: Array, units: int) -> None:
        """`unit` holds each row's code below `units`."""
        order = np.argsort(-score, kind="stable")
        positive, score, unit = label[order] == 1, score[order], unit[order]
        first_of_tie = np.r_[True, score[1:] != score[:-1]]
        has_positive = np.logical_or.reduceat(positive, np.flatnonzero(first_of_tie))
        starts_block = np.r_[True, has_positive[1:] | has_positive[:-1]]
        block = np.repeat(
            np.cumsum(starts_block) - 1, np.diff(np.flatnonzero(np.r_[first_of_tie, True]))
        )
        self.all = _counted(block, unit, units)
        self.positive = _counted(block, unit, units, positive)

    def measure(self, draws: Array | None = None) -> dict[str, Array]:
        """`average_precision` and `roc_auc`, shape (draws,); NaN where a class was not drawn.

        Average precision is the sum over thresholds of (recall gained) x precision, not
        interpolated: scikit-learn's definition. In ROC AUC a tie counts half.

        Args:
            draws: how often each unit was drawn, shape (units, draws); None is the data as is.
        """
        if draws is None:
            draws = np.ones((self.all.shape[1], 1))
        positive = self.positive @ draws
        negative = self.all @ draws - positive
        hits = np.cumsum(positive, axis=0)
        alerts = hits + np.cumsum(negative, axis=0)
        precision = np.divide(hits, alerts, out=np.zeros_like(hits), where=alerts > 0)
        found = np.where(hits[-1] > 0, hits[-1], np.nan)
        pairs = found * np.where(alerts[-1] > hits[-1], alerts[-1] - hits[-1], np.nan)
        return {
            "average_precision": (positive * precision).sum(axis=0) / found,
            "roc_auc": (negative * (hits - positive / 2)).sum(axis=0) / pairs,
        }


def _counted(block: Array, unit: Array, units: int, where: Array | None = None) -> csr_array:
    """Rows of each unit in each block, shape (blocks, units)."""
    blocks = int(block[-1]) + 1
    if where is not None:
        block, unit = block[where], unit[where]
    ends = np.cumsum(np.bincount(block, minlength=blocks))
    # The rows stand in order of blocks already; entries of one place are added up by the product.
    return csr_array((np.ones(len(unit)), unit, np.r_[0, ends]), shape=(blocks, units))
