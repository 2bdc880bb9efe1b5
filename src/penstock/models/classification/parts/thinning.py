"""Fewer negatives, each of which stands for several: less to fit, the same probabilities."""

from __future__ import annotations

import numpy as np

from penstock.models.classification.parts.imbalance import Balanced


def thinned(given: Balanced, share: float, seed: int) -> Balanced:
    """All positives and a random `share` of the negatives (at least one), in the order of `given`.

    The negatives that stay weigh as much as all did, so that what is estimated is what it was: the
    weights of King and Zeng 2001, Logistic Regression in Rare Events Data, section 3.2.
    """
    negative = np.flatnonzero(given.target == 0)
    kept = max(1, round(len(negative) * share))
    if kept >= len(negative):
        return given
    drawn = np.random.default_rng((seed, kept)).choice(negative, kept, replace=False)
    weight = np.ones(len(given.target)) if given.weight is None else given.weight.copy()
    weight[drawn] *= weight[negative].sum() / weight[drawn].sum()
    places = np.sort(np.concatenate([np.flatnonzero(given.target == 1), drawn]))
    return Balanced(given.rows[places], given.target[places], weight[places])
