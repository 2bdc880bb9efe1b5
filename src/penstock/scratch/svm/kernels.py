"""Inner products in a space that is never written out (Boser, Guyon and Vapnik 1992)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.neighbors.nearest import squared_distances

KINDS = ("linear", "rbf", "poly", "sigmoid")


def kernel(kind: str, a: Array, b: Array, gamma: float, degree: int, coef0: float) -> Array:
    """K(aᵢ, bⱼ), (rows of a, rows of b).

    Args:
        kind: `linear` a·b, `rbf` exp(-γ|a - b|²), `poly` (γ a·b + c)^d, `sigmoid` tanh(γ a·b + c).
        a, b: rows.
        gamma: γ.
        degree: d.
        coef0: c.

    Raises:
        SettingError: another kind.
    """
    if kind == "linear":
        return np.asarray(a @ b.T)
    if kind == "rbf":
        return np.exp(-gamma * squared_distances(a, b))
    if kind == "poly":
        return np.asarray((gamma * (a @ b.T) + coef0) ** degree)
    if kind == "sigmoid":
        return np.tanh(gamma * (a @ b.T) + coef0)
    raise SettingError("kernel", " or ".join(KINDS), kind)
