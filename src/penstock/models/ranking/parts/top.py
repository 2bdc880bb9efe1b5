"""The best of many scores, exactly, the same on every machine."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array


def top(scores: Array, k: int) -> tuple[Array, Array]:
    """Places and values of the `k` largest of each row, best first; ties by place.

    Args:
        scores: shape (rows, items), no NaN.

    Returns:
        int64 and the dtype of `scores`, both of shape (rows, min(k, items)).
    """
    rows, items = scores.shape
    if k >= items:
        places = np.broadcast_to(np.arange(items), scores.shape)
    else:
        least = np.partition(scores, items - k, axis=1)[:, items - k, None]
        above, level = scores > least, scores == least
        room = k - above.sum(axis=1, keepdims=True)
        chosen = above | (level & (np.cumsum(level, axis=1) <= room))
        places = np.nonzero(chosen)[1].reshape(rows, k)
    values = np.take_along_axis(scores, places, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return (
        np.take_along_axis(places, order, axis=1).astype(np.int64),
        np.take_along_axis(values, order, axis=1),
    )
