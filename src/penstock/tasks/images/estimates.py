"""Metrics with intervals over images: the same draw for all seeds, since the images are the same.

The standard deviation is over the seeds alone: what training once more would change. The interval
is over the images: what other images of the same kind would.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.contracts import Estimate
from penstock.tasks.images.measures import BIASED, folds_of, mean_measures
from penstock.tasks.images.trials import ProtocolSettings
from penstock.tasks.resampling import draw, estimate

HELD = 4_000_000  # counts of draws in memory at once


def estimates(rows: pd.DataFrame, protocol: ProtocolSettings, seed: int) -> dict[str, Estimate]:
    """{metric: mean over the seeds, with its interval} of joined rows of one split."""
    folds = folds_of(rows)
    images = len(folds[0].correct)
    observed = [fold.measure() for fold in folds]
    by_fold = {metric: np.array([one[metric][0] for one in observed]) for metric in observed[0]}
    random, resampled = np.random.default_rng(seed), {metric: [np.empty(0)] for metric in by_fold}
    at_once = max(1, min(protocol.bootstrap, HELD // images))
    for start in range(0, protocol.bootstrap, at_once):
        draws = draw(random, images, min(at_once, protocol.bootstrap - start))
        for metric, values in mean_measures(folds, draws).items():
            resampled[metric].append(values)
    return {
        metric: estimate(
            values, np.concatenate(resampled[metric]), protocol.unit, biased=metric in BIASED
        )
        for metric, values in by_fold.items()
    }
