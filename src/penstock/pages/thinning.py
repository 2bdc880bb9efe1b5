"""Fewer points for the same picture: what an axis of so many pixels can show, and no more."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array


def thin(x: Array, y: Array, columns: int) -> Array:
    """Indices, ascending, of the points that draw the same line on `columns` pixel columns.

    Of each run of points inside one column the first, the lowest, the highest and the last stay
    (the M4 aggregation, Jugel et al., VLDB 2014), so peaks survive; x need not be sorted.

    Args:
        x, y: finite, of shape (n,).
    """
    if len(x) <= columns:
        return np.arange(len(x))
    span = float(x.max() - x.min()) or 1.0
    column = np.floor((x - x.min()) / span * columns).astype(np.int64)
    starts = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
    ends = np.append(starts[1:], len(x))
    kept = {0, len(x) - 1}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        run = y[start:end]
        kept |= {start, start + int(run.argmin()), start + int(run.argmax()), end - 1}
    return np.array(sorted(kept))
