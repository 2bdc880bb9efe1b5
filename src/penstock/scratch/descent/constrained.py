"""Minima under constraints: what Lagrange, and Karush, Kuhn and Tucker ask of them.

For min f(x) with g(x) = 0 and h(x) ≤ 0, at a minimum with independent constraints there are λ and
μ ≥ 0 with ∇f + Σ λ ∇g + Σ μ ∇h = 0 and μ h = 0 (Nocedal and Wright 2006, theorem 12.1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array

Function = Callable[[Array], float]


@dataclass(frozen=True)
class Residual:
    """How far a point and its multipliers are from the conditions; 0 each where they hold.

    Attributes:
        stationary: |∇f + Σ λ ∇g + Σ μ ∇h|.
        feasible: the largest violation of a constraint.
        signed: the largest violation of μ ≥ 0.
        slack: the largest |μ h|.
    """

    stationary: float
    feasible: float
    signed: float
    slack: float

    @property
    def worst(self) -> float:
        return max(self.stationary, self.feasible, self.signed, self.slack)


def kkt_residual(
    gradient: Array,
    equalities: Array,
    equality_gradients: Array,
    inequalities: Array,
    inequality_gradients: Array,
    multipliers: tuple[Array, Array],
) -> Residual:
    """The residual at one point.

    Args:
        gradient: ∇f, (n,).
        equalities, inequalities: g (p,) and h (q,) there.
        equality_gradients, inequality_gradients: (p, n) and (q, n).
        multipliers: λ (p,) and μ (q,).
    """
    equal, unequal = multipliers
    rest = gradient + equal @ equality_gradients + unequal @ inequality_gradients
    violated = [np.abs(equalities).max(initial=0.0), inequalities.max(initial=0.0)]
    return Residual(
        float(np.linalg.norm(rest)),
        float(max(*violated, 0.0)),
        float((-unequal).max(initial=0.0)),
        float(np.abs(unequal * inequalities).max(initial=0.0)),
    )


def multipliers_of(
    gradient: Array, equality_gradients: Array, active_gradients: Array
) -> tuple[Array, Array]:
    """λ and μ of the active constraints by least squares; those of others are 0."""
    normals = np.vstack([equality_gradients, active_gradients])
    found = np.linalg.lstsq(normals.T, -gradient)[0]
    return found[: len(equality_gradients)], found[len(equality_gradients) :]


def tangency(objective: Array, constraint: Array) -> float:
    """The sine of the angle between ∇f and ∇g; 0 where their level lines touch."""
    cross = objective[0] * constraint[1] - objective[1] * constraint[0]
    return float(abs(cross) / (np.linalg.norm(objective) * np.linalg.norm(constraint)))


def convex_along(function: Function, one: Array, other: Array, points: int = 21) -> bool:
    """Whether the function lies below its chord between two points, as a convex one must."""
    shares = np.linspace(0, 1, points)
    ends = function(one), function(other)
    between = [function((1 - t) * one + t * other) for t in shares]
    chord = [(1 - t) * ends[0] + t * ends[1] for t in shares]
    slack = 1e-9 * (1 + max(map(abs, ends)))
    return all(value <= line + slack for value, line in zip(between, chord, strict=True))
