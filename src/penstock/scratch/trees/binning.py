"""Values replaced by the number of a bin, so that a split's worth is a sum over bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array

LEAST_ROOM = np.float32(1e-6)


@dataclass(frozen=True)
class Bins:
    """Rows in bins.

    Attributes:
        codes: bin of each row, (features, N); the last bin is for values that are not known.
        width: bins a feature, that one too.
        low, high: least and largest value of each bin, (features, width - 1).
        gaps: whether a feature has values that are not known, (features,).
        exact: whether every bin holds one value.
    """

    codes: Array
    width: int
    low: Array
    high: Array
    gaps: Array
    exact: bool

    @classmethod
    def of(cls, rows: Array, most: int | None) -> Bins:
        """Sort rows (N, features), float32, into at most `most` bins; None: one for each value.

        Bins hold about as many rows each (Chen and Guestrin 2016, section 3.2, with every row
        weighing the same).
        """
        known = [np.unique(column[~np.isnan(column)]) for column in rows.T]
        starts = [
            _starts(column, values, most) for column, values in zip(rows.T, known, strict=True)
        ]
        width = max(len(one) for one in starts) + 1
        kind = np.uint16 if width <= 2**16 else np.int32
        codes = np.empty(rows.T.shape, kind)
        low = np.full((rows.shape[1], width - 1), np.inf, np.float32)
        high = low.copy()
        for place, (column, values, first) in enumerate(zip(rows.T, known, starts, strict=True)):
            begins = values[first]
            codes[place] = np.maximum(np.searchsorted(begins, column, side="right") - 1, 0)
            codes[place, np.isnan(column)] = width - 1
            low[place, : len(first)] = begins
            high[place, : len(first)] = values[np.append(first[1:], len(values)) - 1]
        gaps = np.asarray(np.isnan(rows).any(axis=0))
        return cls(codes, width, low, high, gaps, most is None)

    def threshold(self, feature: Array, left: Array, right: Array) -> Array:
        """What values of the bins up to `left` stay below, and those from `right` on do not.

        A value goes left where it is below the middle, which is float32; as the largest float64
        below that, so that "at most" says the same.
        """
        last = right >= self.width - 1
        upper, lower = self.low[feature, np.where(last, left, right)], self.high[feature, left]
        last |= np.isinf(upper)
        middle = np.where(last, lower, (upper + lower) * np.float32(0.5))
        # With all that is known on the left, XGBoost leaves as much room as the value is large.
        middle = np.where(last, middle + (np.abs(lower) + LEAST_ROOM), middle)
        return np.asarray(np.nextafter(middle.astype(np.float64), -np.inf))


def _starts(column: Array, values: Array, most: int | None) -> Array:
    """Places in `values` where bins begin; one bin at least."""
    if most is None or len(values) <= most:
        return np.arange(max(len(values), 1)) if len(values) else np.zeros(0, int)
    ordered = np.sort(column[~np.isnan(column)])
    marks = ordered[np.arange(1, most) * len(ordered) // most]
    return np.unique(np.concatenate([[0], np.searchsorted(values, marks)]))
