"""Sequential minimal optimisation: the dual of a support vector machine, two numbers at a time.

Platt 1998; the pair is chosen by Fan, Chen and Lin 2005, Working Set Selection Using Second Order
Information (WSS 2), which libsvm follows too.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.errors import ConvergenceWarning

LEAST_CURVE = 1e-12  # of a kernel that is not positive definite


class Solution(NamedTuple):
    """Of min ½αᵀQα - Σα with 0 ≤ αᵢ ≤ C and Σ yᵢαᵢ = 0, Qᵢⱼ = yᵢyⱼK(xᵢ, xⱼ).

    Attributes:
        alpha: (N,); above 0 at the support vectors.
        bias: b of the decision Σ αᵢyᵢK(xᵢ, x) + b.
        objective: the value above.
        steps: pairs that were moved.
    """

    alpha: Array
    bias: float
    objective: float
    steps: int


def solve(gram: Array, y: Array, limit: Array, tol: float, max_iter: int) -> Solution:
    """Move the pair that gains most until no pair breaks the conditions by more than `tol`.

    Optimal is where max of -yᵢ∇ᵢ over the α that may grow in y's sense is at most the min over
    those that may shrink (Karush–Kuhn–Tucker); the two that say otherwise most, weighed by the
    curvature between them, are moved as far as they gain or their box allows.

    Args:
        gram: K (N, N).
        y: -1 or 1, (N,).
        limit: C of each row.
        tol: as said.
        max_iter: pairs at most; -1: any number.
    """
    n = len(y)
    alpha, slope = np.zeros(n), -np.ones(n)  # ∇ = Qα - 1
    diagonal = gram.diagonal()
    steps = 0
    while max_iter < 0 or steps < max_iter:
        push = -y * slope
        up = np.where(y > 0, alpha < limit, alpha > 0)
        down = np.where(y > 0, alpha > 0, alpha < limit)
        i = int(np.where(up, push, -np.inf).argmax())
        gap = push[i] - push
        if np.where(down, gap, -np.inf).max() <= tol:
            break
        curve = np.maximum(diagonal[i] + diagonal - 2 * gram[i], LEAST_CURVE)
        j = int(np.where(down & (gap > 0), gap * gap / curve, -np.inf).argmax())
        room_i = limit[i] - alpha[i] if y[i] > 0 else alpha[i]
        room_j = alpha[j] if y[j] > 0 else limit[j] - alpha[j]
        step = min(gap[j] / curve[j], room_i, room_j)
        alpha[i] = _moved(alpha[i], y[i] * step, limit[i], exhausted=step == room_i)
        alpha[j] = _moved(alpha[j], -y[j] * step, limit[j], exhausted=step == room_j)
        slope += step * y * (gram[i] - gram[j])
        steps += 1
    else:
        warnings.warn(
            f"Solver terminated early (max_iter={max_iter}). Consider pre-processing your data "
            "with StandardScaler or MinMaxScaler.",
            ConvergenceWarning,
            stacklevel=3,
        )
    return Solution(alpha, _bias(alpha, slope, y, limit), float(alpha @ (slope - 1)) / 2, steps)


def _moved(alpha: float, by: float, limit: float, *, exhausted: bool) -> float:
    """At a bound exactly where the step went as far as it."""
    if exhausted:
        return float(limit) if by > 0 else 0.0
    return float(alpha + by)


def _bias(alpha: Array, slope: Array, y: Array, limit: Array) -> float:
    """From the support vectors inside their box, for which y·f = 1; else midway of what holds."""
    push = -y * slope
    free = (alpha > 0) & (alpha < limit)
    if free.any():
        return float(push[free].mean())
    up = np.where(y > 0, alpha < limit, alpha > 0)
    highest = push[up].max() if up.any() else push.max()
    lowest = push[~up].min() if (~up).any() else push.min()
    return float((highest + lowest) / 2)
