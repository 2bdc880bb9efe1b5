"""Weights between items that need no descent."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array
from penstock.models.ranking.parts.histories import Histories


def ease(histories: Histories, l2: float) -> Array:
    """EASE (Steck, WWW 2019, equation 8): from items had to those told, float32 [items, items]."""
    had = histories.matrix()
    gram = (had.T @ had).toarray()
    gram[np.diag_indices_from(gram)] += l2
    inverse = np.linalg.inv(gram)
    weights: Array = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    narrow: Array = weights.astype(np.float32)
    return narrow
