"""Why L1 gives zeros: its ball has corners, and the minimum sits on one (Tibshirani 1996, §2.3)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array


def ball(order: int, radius: float, points: int = 200) -> Array:
    """(points, 2): the rim of |w₁|^p + |w₂|^p = radius^p for p = 1 or 2."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    rim = np.column_stack([np.cos(angle), np.sin(angle)])
    return np.asarray(radius * rim / np.linalg.norm(rim, ord=order, axis=1, keepdims=True))


def soft_threshold(w: Array, penalty: float) -> Array:
    """Argmin ½ (v - w)² + penalty |v|: small ones become 0 exactly."""
    return np.asarray(np.sign(w) * np.maximum(np.abs(w) - penalty, 0))


def shrink(w: Array, penalty: float) -> Array:
    """Argmin ½ (v - w)² + ½ penalty v²: all become smaller, none 0."""
    return np.asarray(w / (1 + penalty))


def touch(curvature: Array, centre: Array, order: int, radius: float) -> Array:
    """(2,): where the ellipses (w - centre)ᵀ A (w - centre) first touch the ball, by its rim."""
    rim = ball(order, radius, 20_000)
    away = rim - centre
    return np.asarray(rim[np.einsum("ni,ij,nj->n", away, curvature, away).argmin()])
