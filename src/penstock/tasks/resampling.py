"""What resamples of units tell of one model, or of two on the same ones; for all tasks.

Efron & Tibshirani, An Introduction to the Bootstrap, ch. 13 (percentile intervals). Of few units a
percentile interval comes out too narrow; it is widened as a t interval is (Hesterberg, What
Teachers Should Know About the Bootstrap, 2015, expanded percentile interval).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from penstock.core.contracts import Array, Estimate


@dataclass(frozen=True)
class Answer:
    """The figures, and the 95 % interval of challenger − champion (or of the challenger's)."""

    challenger: float
    champion: float | None
    low: float
    high: float


def draw(random: np.random.Generator, units: int, draws: int) -> Array:
    """How often each unit was drawn, shape (units, draws), each column a sample of `units`."""
    columns = [np.bincount(random.integers(0, units, units), minlength=units) for _ in range(draws)]
    return np.stack(columns, axis=1).astype(np.float64)


def estimate(by_fold: Array, resampled: Array, unit: str, *, biased: bool) -> Estimate:
    """The mean of a metric over folds, with the 95 % interval of that mean over resamples.

    Args:
        by_fold: its value on each fold, shape (folds,).
        resampled: the mean over the folds on each resample, shape (draws,); NaN tells nothing.
        unit: what was resampled.
        biased: whether it is a distance, which the noise of a resample makes larger.
    """
    low, high = np.nanquantile(resampled, [0.025, 0.975])
    if biased:
        # Moved back by what resampling adds (Efron & Tibshirani, ch. 10), to no less than none.
        bias = np.nanmean(resampled) - by_fold.mean()
        low, high = max(low - bias, 0.0), high - bias
    return Estimate(
        mean=float(by_fold.mean()),
        std=float(by_fold.std(ddof=1)) if len(by_fold) > 1 else 0.0,
        n=len(by_fold),
        low=float(low),
        high=float(high),
        unit=unit,
    )


def tail_of(units: int) -> float:
    """The share of resamples that a 95 % interval leaves out at each end, below 2.5 %.

    Args:
        units: those that tell the models apart or tell of them at all, at least 2; they decide
            how well a metric is known, and may be far fewer than there are.
    """
    from scipy.stats import norm, t

    return float(norm.cdf(-math.sqrt(units / (units - 1)) * t.ppf(0.975, units - 1)))
