"""The augmented Dickey-Fuller test (Said and Dickey 1984): does a series come back, or wander?

Δx = c + γ x₋₁ + Σ δ Δx₋ᵢ + noise; the t-value of γ has a distribution of its own where γ is 0,
whose p-values follow MacKinnon 1994, tables 3 and 4 (one series, with a constant).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.probability.distributions import Gaussian

LEAST, TURN, MOST = -18.83, -1.61, 2.74
BELOW_TURN = (2.1659, 1.4412, 0.038269)
ABOVE_TURN = (1.7339, 0.93202, -0.12745, -0.010368)


@dataclass(frozen=True)
class DickeyFuller:
    """The test's result.

    Attributes:
        statistic: t of γ; the further below 0, the surer does the series come back.
        p: of one as low, in a series that wanders.
        lags: of differences that were looked at.
        rows: that were fitted.
    """

    statistic: float
    p: float
    lags: int
    rows: int


def dickey_fuller(series: Array, lags: int | None = None) -> DickeyFuller:
    """The test with a constant.

    Args:
        lags: None takes those with the least AIC, of at most 12 (N / 100)^¼, on the same rows.

    Raises:
        SettingError: too short, or a series that does not vary.
    """
    x = np.asarray(series, np.float64)
    most = min(int(np.ceil(12 * (len(x) / 100) ** 0.25)), len(x) // 2 - 2)
    most = most if lags is None else lags
    if most < 0 or len(x) < 2 * (most + 2):
        raise SettingError("dickey_fuller", "a longer series, or fewer lags", (len(x), lags))
    if np.linalg.matrix_rank(_table(x, most)[1]) < most + 2:
        raise SettingError("dickey_fuller", "a series that varies", "one that follows a rule")
    if lags is None:
        tried = [_fit(*_table(x, most), used) for used in range(most + 1)]
        lags = min(range(most + 1), key=lambda used: tried[used][1])
    target, told = _table(x, lags)
    return DickeyFuller(*_p_of(_fit(target, told, lags)[0]), lags, len(target))


def _table(x: Array, lags: int) -> tuple[Array, Array]:
    """Differences from the first that has all lags, and beside them x₋₁, lags and a constant."""
    steps = np.diff(x)
    target = steps[lags:]
    before = [steps[lags - lag : len(steps) - lag] for lag in range(1, lags + 1)]
    return target, np.column_stack([x[lags:-1], *before, np.ones(len(target))])


def _fit(target: Array, told: Array, lags: int) -> tuple[float, float]:
    """T of γ with the first lags alone, and the AIC of that fit."""
    used = np.column_stack([told[:, : lags + 1], told[:, -1]])
    weights = np.linalg.lstsq(used, target)[0]
    rest = target - used @ weights
    rows, count = used.shape
    variance = rest @ rest / (rows - count)
    deviation = np.sqrt(variance * np.linalg.inv(used.T @ used)[0, 0])
    likelihood = -rows / 2 * (np.log(2 * np.pi * (rest @ rest) / rows) + 1)
    return float(weights[0] / deviation), float(2 * count - 2 * likelihood)


def _p_of(statistic: float) -> tuple[float, float]:
    if not LEAST <= statistic <= MOST:
        return statistic, float(statistic > MOST)
    weights = BELOW_TURN if statistic <= TURN else ABOVE_TURN
    z = sum(weight * statistic**power for power, weight in enumerate(weights))
    return statistic, Gaussian(0, 1).below(z) if z < inf else 1.0
