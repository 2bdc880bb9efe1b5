"""A small model of rewards for the doubly robust estimator, never told of the round it tells."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array
from penstock.offpolicy.errors import UnfitLog
from penstock.offpolicy.log import Log


def expected_rewards(
    log: Log, actions: int, features: Array | None = None, folds: int = 5, l2: float = 10.0
) -> Array:
    """Ridge regression of the reward on `features`, for each action, across folds of units.

    An action's weights are drawn towards those of all actions together, the more the fewer
    rounds it has; without features that is its mean, drawn towards the mean of all.

    Args:
        features: of each round, [rounds, size]; None: the action alone tells.
        folds: units are dealt to so many parts in turn; a part is told by the others.
        l2: rounds that the common weights count as, above 0.

    Returns:
        float64 [rounds, actions].

    Raises:
        UnfitLog: fewer units than folds, an action beyond `actions`, or `features` that aren't
            finite, a row for each round.
    """
    rounds = len(log)
    unit = np.arange(rounds) if log.unit is None else np.unique(log.unit, return_inverse=True)[1]
    count = int(unit.max()) + 1
    if not 2 <= folds <= count:
        raise UnfitLog("folds", f"2 to {count}, the units there are", str(folds), "take fewer")
    if log.action.max() >= actions:
        fix = "count all actions"
        raise UnfitLog("actions", f"more than {log.action.max()}", str(actions), fix)
    known = np.ones((rounds, 1))
    if features is not None:
        features = np.asarray(features)
        if features.ndim != 2 or len(features) != rounds or not np.isfinite(features).all():
            fix = "give a row of finite numbers for each round"
            raise UnfitLog("features", f"finite [{rounds}, size]", str(list(features.shape)), fix)
        known = np.column_stack([known, features])
    expected = np.empty((rounds, actions))
    for fold in range(folds):
        told = unit % folds == fold
        expected[told] = known[told] @ _fit(log, known, ~told, actions, l2).T
    return expected


def _fit(log: Log, known: Array, rows: Array, actions: int, l2: float) -> Array:
    """Weights for each action from some rows, shape (actions, size)."""
    size = known.shape[1]
    common = _ridge(known[rows], log.reward[rows], np.zeros(size), l2)
    found = np.tile(common, (actions, 1))
    for action in np.unique(log.action[rows]):
        mine = rows & (log.action == action)
        found[action] = _ridge(known[mine], log.reward[mine], common, l2)
    return found


def _ridge(known: Array, reward: Array, towards: Array, l2: float) -> Array:
    left = known.T @ known + l2 * np.eye(known.shape[1])
    solved: Array = np.linalg.solve(left, known.T @ reward + l2 * towards)
    return solved
