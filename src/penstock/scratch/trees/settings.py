"""Settings that all trees share, and what they mean for so many rows and features."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np

from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.trees.growing import Limits


def limits_of(estimator: Any, features: int) -> Limits:
    """From `max_depth`, `min_samples_split`, `min_samples_leaf` and `max_features`.

    Raises:
        SettingError: one of them means nothing.
    """
    depth = estimator.max_depth
    check_setting(depth is None or depth >= 1, estimator, "max_depth", "None or questions from 1")
    check_setting(estimator.min_samples_split >= 2, estimator, "min_samples_split", "rows from 2")
    check_setting(estimator.min_samples_leaf >= 1, estimator, "min_samples_leaf", "rows from 1")
    return Limits(
        depth, estimator.min_samples_split, estimator.min_samples_leaf, asked(estimator, features)
    )


def asked(estimator: Any, features: int) -> int:
    """How many features `max_features` lets a node ask for."""
    wanted = estimator.max_features
    expected = "None, 'sqrt', 'log2', a number from 1 or a share above 0 up to 1"
    if wanted is None:
        return features
    if isinstance(wanted, str):
        check_setting(wanted in {"sqrt", "log2"}, estimator, "max_features", expected)
        return max(1, int(np.sqrt(features) if wanted == "sqrt" else np.log2(features)))
    if isinstance(wanted, Integral):
        check_setting(int(wanted) >= 1, estimator, "max_features", expected)
        return min(int(wanted), features)
    check_setting(0 < wanted <= 1, estimator, "max_features", expected)
    return max(1, int(wanted * features))
