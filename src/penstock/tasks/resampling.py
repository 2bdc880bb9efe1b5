"""What judging two models on the same resamples of units has in common for all tasks.

Efron & Tibshirani, An Introduction to the Bootstrap, ch. 13 (percentile intervals). Of few units a
percentile interval comes out too narrow; it is widened as a t interval is (Hesterberg, What
Teachers Should Know About the Bootstrap, 2015, expanded percentile interval).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from penstock.core.contracts import Array


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


def tail_of(units: int) -> float:
    """The share of resamples that a 95 % interval leaves out at each end, below 2.5 %.

    Args:
        units: those that tell the models apart or tell of them at all, at least 2; they decide
            how well a metric is known, and may be far fewer than there are.
    """
    from scipy.stats import norm, t

    return float(norm.cdf(-math.sqrt(units / (units - 1)) * t.ppf(0.975, units - 1)))
