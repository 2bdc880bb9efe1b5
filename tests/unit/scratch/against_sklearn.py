"""One helper holds every estimator against the library everyone trusts, on drawn and real rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from sklearn import datasets

from tests.curriculum import held


def alike(
    ours: Any,
    theirs: Any,
    x: np.ndarray,
    y: np.ndarray | None = None,
    *,
    learnt: Sequence[str] = (),
    told: Sequence[str] = (),
    unseen: np.ndarray | None = None,
    tolerance: float = 1e-8,
) -> None:
    """Both, fitted on the same rows, have learnt and tell the same.

    Args:
        ours, theirs: not fitted.
        x, y: to fit on.
        learnt: names of attributes.
        told: names of methods.
        unseen: rows to ask about; the fitted ones where None.
        tolerance: largest difference, absolute, or relative to numbers above 1.
    """
    assert learnt or told
    assert ours.fit(x, y) is ours
    theirs.fit(x, y)
    for name in learnt:
        near(getattr(ours, name), getattr(theirs, name), name, tolerance)
    rows = x if unseen is None else unseen
    for name in told:
        near(getattr(ours, name)(rows), getattr(theirs, name)(rows), name, tolerance)


def near(ours: Any, theirs: Any, what: str, tolerance: float) -> None:
    held("scikit-learn", tolerance)
    one, other = np.asarray(ours), np.asarray(theirs)
    assert one.size == other.size, f"{what}: {one.shape}, reference {other.shape}"
    if other.dtype.kind in "OUSb":
        assert (one.ravel() == other.ravel()).all(), what
        return
    np.testing.assert_allclose(
        one.ravel(), other.ravel(), rtol=tolerance, atol=tolerance, err_msg=what
    )


def blobs(seed: int, rows: int, features: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows around a centre for each class, that overlap; no class is empty, all are float32."""
    rng = np.random.default_rng(seed)
    y = np.concatenate([np.arange(classes), rng.integers(0, classes, rows - classes)])
    x = rng.normal(size=(classes, features))[y] + rng.normal(size=(rows, features))
    return x.astype(np.float32).astype(float), y


def line(seed: int, rows: int, features: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and a number that leans on them, with noise."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, features)).astype(np.float32).astype(float)
    return x, x @ rng.normal(size=features) + rng.normal(size=rows) + 3


@cache
def real(name: str) -> tuple[np.ndarray, np.ndarray]:
    """A dataset that comes with scikit-learn: breast_cancer, diabetes, digits or wine."""
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return x.astype(np.float32).astype(float), y


@cache
def standard(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The same on one scale."""
    x, y = real(name)
    spread = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1), y
