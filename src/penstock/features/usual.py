"""Quantiles of an entity's values, and how a value compares with one: without compiled code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

PERCENT = 100


def quantile_of(ordered: Sequence[int], percent: int) -> int:
    """100 times the quantile of some values in order, exact; linear between neighbours."""
    place, beyond = divmod((len(ordered) - 1) * percent, PERCENT)
    if beyond == 0:
        return ordered[place] * PERCENT
    return ordered[place] * (PERCENT - beyond) + ordered[place + 1] * beyond


def usual_of(quantile: Any, per_unit: int) -> Any:
    """A quantile in units of money, or an array of them: one rounding."""
    return quantile / np.float64(PERCENT * per_unit)


def relative_of(value: Any, quantile: Any) -> Any:
    """A value by a quantile, which counts as one at least, or arrays of them: one rounding."""
    return value * PERCENT / np.maximum(quantile, PERCENT)
