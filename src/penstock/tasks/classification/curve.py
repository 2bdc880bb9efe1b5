"""ROC AUC and average precision under row weights, fast enough to bootstrap."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array


class RankedRows:
    """Rows in order of falling score, cut into blocks between which both metrics are linear.

    A block is one group of tied scores that holds a positive, or a run of groups that hold none:
    weights of positives and negatives per block are all that the metrics depend on, and there are
    at most two blocks a positive.
    """

    def __init__(self, label: Array, score: Array) -> None:
        self.order = np.argsort(-score, kind="stable")
        label = label[self.order].astype(np.float64)
        score = score[self.order]
        first_of_tie = np.r_[True, score[1:] != score[:-1]]
        tie_starts = np.flatnonzero(first_of_tie)
        has_positive = np.add.reduceat(label, tie_starts) > 0
        starts_block = np.r_[True, has_positive[1:] | has_positive[:-1]]
        self.starts = tie_starts[starts_block]
        self.positives = np.flatnonzero(label)
        self.block_of_positive = np.searchsorted(self.starts, self.positives, side="right") - 1

    def block_weights(self, weight: Array | None) -> tuple[Array, Array]:
        """Weight of positives and of negatives in each block; None weighs every row 1."""
        if weight is None:
            weight = np.ones(len(self.order))
        ordered = weight[self.order]
        both = np.add.reduceat(ordered, self.starts)
        chosen = ordered[self.positives]
        positive = np.bincount(self.block_of_positive, chosen, minlength=len(self.starts))
        return positive, both - positive

    def average_precision(self, weight: Array | None = None) -> float:
        """Sum over thresholds of (recall gained) x precision; not interpolated.

        The definition of scikit-learn's `average_precision_score`. NaN without positives.
        """
        positive, negative = self.block_weights(weight)
        hits = np.cumsum(positive)
        alerts = hits + np.cumsum(negative)
        if not hits[-1]:
            return float("nan")
        precision = np.divide(hits, alerts, out=np.zeros_like(hits), where=alerts > 0)
        return float(np.sum(positive * precision) / hits[-1])

    def roc_auc(self, weight: Array | None = None) -> float:
        """Chance that a positive outranks a negative, a tie counting half. NaN without both."""
        positive, negative = self.block_weights(weight)
        hits = np.cumsum(positive)
        pairs = hits[-1] * negative.sum()
        if not pairs:
            return float("nan")
        return float(np.sum(negative * (hits - positive / 2)) / pairs)
