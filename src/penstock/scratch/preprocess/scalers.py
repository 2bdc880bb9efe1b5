"""Columns brought to one scale; NaN stays, and is not counted."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.kinds import Transformer


class StandardScaler(Transformer):
    """(x - mean) / deviation, the deviation over N; a constant column is only moved.

    Attributes:
        mean_, var_, scale_: of each feature; what it is divided by is 1 where it never changes.
    """

    takes_missing: ClassVar[bool] = True
    mean_: Array
    var_: Array
    scale_: Array

    def __init__(self, with_mean: bool = True, with_std: bool = True) -> None:
        self.with_mean = with_mean
        self.with_std = with_std

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from rows (N, features)."""
        rows = self._given(X)
        count = np.maximum((~np.isnan(rows)).sum(axis=0), 1)
        self.mean_ = np.nansum(rows, axis=0) / count
        off = rows - self.mean_
        self.var_ = np.nansum(off * off, axis=0) / count
        # Rounding alone leaves this much of a column that never changes (Chan et al. 1983).
        noise = count * np.finfo(float).eps * self.var_
        noise += (count * np.finfo(float).eps * self.mean_) ** 2
        self.scale_ = np.where(self.var_ <= noise, 1.0, np.sqrt(self.var_))
        return self

    def transform(self, X: Any) -> Array:
        """The rows, standardised."""
        rows = self._rows(X)
        moved = rows - self.mean_ if self.with_mean else rows
        return moved / self.scale_ if self.with_std else moved

    def inverse_transform(self, X: Any) -> Array:
        """The rows as they were."""
        rows = self._rows(X)
        wide = rows * self.scale_ if self.with_std else rows
        return wide + self.mean_ if self.with_mean else wide


class MinMaxScaler(Transformer):
    """Least value to 0, largest to 1, or to the ends of `feature_range`.

    Attributes:
        data_min_, data_max_: of each feature.
        scale_, min_: x·scale_ + min_ is what comes out.
    """

    takes_missing: ClassVar[bool] = True
    data_min_: Array
    data_max_: Array
    scale_: Array
    min_: Array

    def __init__(self, feature_range: tuple[float, float] = (0, 1)) -> None:
        self.feature_range = feature_range

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from rows (N, features).

        Raises:
            SettingError: a range that does not ascend.
        """
        low, high = self.feature_range
        check_setting(low < high, self, "feature_range", "(lower, higher)")
        rows = self._given(X)
        self.data_min_ = np.fmin.reduce(rows, axis=0)
        self.data_max_ = np.fmax.reduce(rows, axis=0)
        width = self.data_max_ - self.data_min_
        flat = width < 10 * np.finfo(float).eps
        self.scale_ = (high - low) / np.where(flat, 1.0, width)
        self.min_ = low - self.data_min_ * self.scale_
        return self

    def transform(self, X: Any) -> Array:
        """The rows, scaled; values beyond those fitted land beyond the range."""
        return np.asarray(self._rows(X) * self.scale_ + self.min_)

    def inverse_transform(self, X: Any) -> Array:
        """The rows as they were."""
        return np.asarray((self._rows(X) - self.min_) / self.scale_)
