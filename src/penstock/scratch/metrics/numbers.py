"""How far numbers are off."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.metrics.pairs import check_pair


def mean_absolute_error(y_true: Any, y_pred: Any) -> float:
    """MAE: mean of |y - ŷ|."""
    return float(np.abs(_off(y_true, y_pred)).mean())


def mean_squared_error(y_true: Any, y_pred: Any) -> float:
    """MSE: mean of (y - ŷ)²."""
    return float((_off(y_true, y_pred) ** 2).mean())


def root_mean_squared_error(y_true: Any, y_pred: Any) -> float:
    """RMSE: the root of that, in the target's unit."""
    return math.sqrt(mean_squared_error(y_true, y_pred))


def r2_score(y_true: Any, y_pred: Any) -> float:
    """R²: 1 - Σ(y - ŷ)² / Σ(y - ȳ)²; of a constant target 1 if it is told and 0 if not."""
    off = _off(y_true, y_pred)
    true = np.asarray(y_true, float)
    around, left = float(((true - true.mean()) ** 2).sum()), float((off**2).sum())
    if around == 0:
        return 1.0 if left == 0 else 0.0
    return 1 - left / around


def _off(y_true: Any, y_pred: Any) -> Array:
    true, told = np.asarray(y_true, float), np.asarray(y_pred, float)
    check_pair("metrics", true, told)
    return np.asarray(true - told)
