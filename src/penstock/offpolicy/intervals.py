"""Intervals of a ratio of two sums over units: those of one unit stay together."""

from __future__ import annotations

from statistics import NormalDist
from typing import Literal

import numpy as np

from penstock.core.contracts import Array

Method = Literal["normal", "bootstrap"]


def by_unit(rows: Array, unit: Array | None) -> Array:
    """Sums of `rows`, one for each unit."""
    if unit is None:
        return rows
    place = np.unique(unit, return_inverse=True)[1]
    sums: Array = np.bincount(place, rows)
    return sums


def interval(
    above: Array, below: Array, method: Method, level: float, resamples: int, seed: int
) -> tuple[float, float]:
    """Of Σ above / Σ below, given their sums by unit; from -inf to inf for a single unit.

    `normal` takes the spread of above - ratio · below (the delta method); `bootstrap` the
    percentiles of the ratio when units are drawn again, `resamples` times.
    """
    units, outside = len(above), (1 - level) / 2
    if units < 2:
        return -np.inf, np.inf
    ratio = above.sum() / below.sum()
    if method == "normal":
        rest = above - ratio * below
        error = np.sqrt(units / (units - 1) * (rest**2).sum()) / abs(below.sum())
        reach = NormalDist().inv_cdf(1 - outside) * error
        return float(ratio - reach), float(ratio + reach)
    random = np.random.default_rng(seed)
    found = np.empty(resamples)
    for at in range(resamples):
        drawn = random.integers(0, units, units)
        total = below[drawn].sum()
        found[at] = above[drawn].sum() / total if total else np.nan
    low, high = np.nanquantile(found, [outside, 1 - outside])
    return float(low), float(high)
