"""A logistic stack: how much to trust each member, learnt on the split that settings are chosen on.

Wolpert 1992, Stacked Generalization: what is learnt from are scores of rows that the members
did not fit. Only labels of the choosing split are looked at, so the other splits stay a test.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from penstock.core.contracts import Array
from penstock.core.errors import PenstockError

NEAR_ONE = 1 - 1e-6  # a forest is sure of many rows; the logit of 0 or 1 would be infinite
PARTS = 5  # of the units, where the choosing split has one fold


class NothingToLearnOn(PenstockError):
    """A stack has no judged rows, or rows of one class alone, to learn its weights from."""

    def __init__(self, split: str, problem: str) -> None:
        super().__init__(
            f"a stack learns on split {split!r}: {problem}\n"
            "  fix: let learns_on of the ensemble name a split that all its members are judged on "
            "and that holds positives; or combine them by method mean"
        )


def stack(
    evidence: Sequence[pd.DataFrame], labels: pd.DataFrame, learns_on: str, l2: float = 1.0
) -> pd.DataFrame:
    """P(positive) by a logistic regression on the members' logits.

    A row that `labels` tell of is scored, in whatever split, by weights that were learnt without
    its fold (where `learns_on` has one fold, without its unit); every other row by all of them.

    Args:
        evidence: of each member, the same rows in the same order: split, fold, row_id, unit_id,
            score in [0, 1].
        labels: row_id, label (0 or 1) of the rows of `learns_on`, and of no others.
        learns_on: the split whose labels are learnt from.
        l2: how strongly the weights are drawn to the mean of the members.

    Returns:
        The evidence of the first member with the stack's score.

    Raises:
        NothingToLearnOn: `learns_on` has no rows, or not both classes in what is learnt from.
    """
    first = evidence[0]
    logits = np.column_stack([_logit(member["score"].to_numpy()) for member in evidence])
    inside = (first["split"] == learns_on).to_numpy()
    if not inside.any():
        raise NothingToLearnOn(learns_on, "no member was judged there")
    place = pd.Index(labels["row_id"]).get_indexer(first["row_id"])
    assert (place[inside] >= 0).all(), "every row of the choosing split has its label"
    target = labels["label"].to_numpy(dtype=np.float64)[place[inside]]
    part = _parts(first, inside)
    score = _predict(logits, _fit(logits[inside], target, l2, learns_on))
    for one in np.unique(part[inside]):
        rest = part[inside] != one
        weights = _fit(logits[inside][rest], target[rest], l2, learns_on)
        score[part == one] = _predict(logits[part == one], weights)
    return first.assign(score=score)


def _parts(rows: pd.DataFrame, inside: Array) -> Array:
    """The part of each row, shape (rows,): that of the choosing row of its id, else -1."""
    choosing = rows[inside]
    part = choosing["fold"].to_numpy()
    if len(np.unique(part)) == 1:
        part = pd.factorize(choosing["unit_id"], sort=True)[0] % PARTS
    known = pd.Series(part, choosing["row_id"])
    known = known[~known.index.duplicated()]
    parts: Array = known.reindex(rows["row_id"]).fillna(-1).to_numpy(dtype=np.int64)
    return parts


def _fit(logits: Array, target: Array, l2: float, split: str) -> Array:
    """Intercept and a weight for each member, shape (members + 1,).

    They make the sum of cross-entropies plus l2/2 · |weights - 1/members|² least.
    """
    from scipy.optimize import minimize
    from scipy.special import log_expit

    if not 0 < target.sum() < len(target):
        raise NothingToLearnOn(split, f"{int(target.sum())} of {len(target)} rows are positive")
    columns = np.column_stack([np.ones(len(logits)), logits])
    members = logits.shape[1]
    mean = np.r_[0.0, np.full(members, 1 / members)]
    penalty = np.r_[0.0, np.full(members, l2)]
    signs = 2 * target - 1

    def loss(weights: Array) -> float:
        drawn = penalty @ (weights - mean) ** 2 / 2
        return float(drawn - log_expit(signs * (columns @ weights)).sum())

    def slope(weights: Array) -> Array:
        wrong = columns.T @ (_predict(logits, weights) - target)
        return np.asarray(wrong + penalty * (weights - mean))

    def bend(weights: Array) -> Array:
        chance = _predict(logits, weights)
        curved = (columns.T * (chance * (1 - chance))) @ columns
        return np.asarray(curved + np.diag(penalty))

    exact = {"gtol": 1e-8}
    found = minimize(loss, mean, jac=slope, hess=bend, method="trust-exact", options=exact)
    return np.asarray(found.x)


def _predict(logits: Array, weights: Array) -> Array:
    """The logistic function of the weighted logits."""
    from scipy.special import expit

    chance: Array = expit(weights[0] + logits @ weights[1:])
    return chance


def _logit(score: Array) -> Array:
    clipped = np.clip(score, 1 - NEAR_ONE, NEAR_ONE)
    return np.asarray(np.log(clipped / (1 - clipped)))
