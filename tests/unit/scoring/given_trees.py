"""Trees that nobody grew."""

from __future__ import annotations

import numpy as np

from penstock.scoring.tree_arrays import Trees


def stump() -> Trees:
    """Input 0 below 1, or not known: -1; else 2. Before anything is known, 0.5."""
    return Trees(
        first=np.array([0, 3]),
        left=np.array([1, -1, -1]),
        right=np.array([2, -1, -1]),
        feature=np.array([0, 0, 0]),
        threshold=np.array([1, 0, 0], np.float32),
        missing_left=np.array([True, False, False]),
        value=np.array([0, -1, 2], np.float32),
        cover=np.array([8, 6, 2], np.float32),
        strict=True,
        base=0.5,
    )
