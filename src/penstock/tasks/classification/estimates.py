"""Metrics with intervals over units, the same draw for all folds a unit is in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Estimate
from penstock.tasks.classification.measures import Fold
from penstock.tasks.classification.trials import ProtocolSettings
from penstock.tasks.resampling import draw, estimate

HELD = 4_000_000  # counts of draws in memory at once
BIASED = frozenset({"ece", "ece_calibrated"})  # noise of either sign makes a distance larger


def folds_of(rows: pd.DataFrame) -> list[tuple[Array, pd.DataFrame]]:
    """Positions and rows of each fold, in order of their numbers."""
    fold = rows["fold"].to_numpy()
    places = [np.flatnonzero(fold == one) for one in np.unique(fold)]
    return [(place, rows.iloc[place]) for place in places]


def estimates(rows: pd.DataFrame, protocol: ProtocolSettings, seed: int) -> dict[str, Estimate]:
    """{metric: mean over the folds, with its interval} of joined rows of one split.

    A metric without a value on some fold is left out: its mean would be of other days.
    """
    code, found = pd.factorize(rows["unit_id"])
    units = len(found)
    costs = protocol.decision.costs if protocol.decision else None
    folds = [
        Fold(fold, code[places], units, protocol.daily_top, costs)
        for places, fold in folds_of(rows)
    ]
    observed = [fold.measure() for fold in folds]
    by_fold = {metric: np.array([one[metric][0] for one in observed]) for metric in observed[0]}
    known = {metric: values for metric, values in by_fold.items() if np.isfinite(values).all()}
    resampled: dict[str, list[Array]] = {metric: [] for metric in known}
    random = np.random.default_rng(seed)
    at_once = max(1, min(protocol.bootstrap, HELD // units))
    for start in range(0, protocol.bootstrap, at_once):
        draws = draw(random, units, min(at_once, protocol.bootstrap - start))
        measured = [fold.measure(draws) for fold in folds]
        for metric, values in resampled.items():
            values.append(np.mean([one[metric] for one in measured], axis=0))
    return {
        metric: estimate(
            values, np.concatenate(resampled[metric]), protocol.unit, biased=metric in BIASED
        )
        for metric, values in known.items()
    }
