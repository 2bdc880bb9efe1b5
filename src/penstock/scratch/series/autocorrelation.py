"""How a series goes with its past (Box, Jenkins, Reinsel and Ljung 2015, sections 2.1 and 3.2)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError


def autocovariance(series: Array, lags: int) -> Array:
    """(lags + 1,): with N below each sum, so that no matrix of them has a negative eigenvalue.

    Raises:
        SettingError: as many lags as values, or a series that does not vary.
    """
    x = np.asarray(series, np.float64)
    if not 0 <= lags < len(x):
        raise SettingError("autocovariance", f"lags from 0 to {len(x) - 1}", lags)
    off = x - x.mean()
    if not off.any():
        raise SettingError("autocovariance", "a series that varies", f"{x[0]:g} throughout")
    return np.array([off[: len(off) - lag] @ off[lag:] for lag in range(lags + 1)]) / len(off)


def autocorrelation(series: Array, lags: int) -> Array:
    """(lags + 1,): 1, then the correlation with the value so many steps ago."""
    found = autocovariance(series, lags)
    return np.asarray(found / found[0])


def partial_autocorrelation(series: Array, lags: int) -> Array:
    """(lags + 1,): what each lag tells beyond those before it, by Levinson's recursion."""
    rho = autocorrelation(series, lags)
    found = np.ones(lags + 1)
    weights = np.zeros(0)
    for lag in range(1, lags + 1):
        told = weights @ rho[lag - 1 : 0 : -1]
        own = (rho[lag] - told) / (1 - weights @ rho[1:lag])
        weights = np.append(weights - own * weights[::-1], own)
        found[lag] = own
    return found
