"""Gradient descent, and how fast theory says it is (Nocedal and Wright 2006, chapter 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError

Gradient = Callable[[Array], Array]


@dataclass(frozen=True)
class Quadratic:
    """½ xᵀA x - bᵀx, with A symmetric and its eigenvalues above 0.

    Attributes:
        curvature: A, (n, n).
        slope: b, (n,).
    """

    curvature: Array
    slope: Array

    def __call__(self, x: Array) -> float:
        return float(0.5 * x @ self.curvature @ x - self.slope @ x)

    def gradient(self, x: Array) -> Array:
        return np.asarray(self.curvature @ x - self.slope)

    @property
    def minimum(self) -> Array:
        from penstock.scratch.algebra.solving import solve

        return solve(self.curvature, self.slope)

    @property
    def extremes(self) -> tuple[float, float]:
        """The least and the largest eigenvalue: μ and L."""
        from penstock.scratch.algebra.eigen import symmetric_eigen

        values, _ = symmetric_eigen(self.curvature)
        return float(values[0]), float(values[-1])


def descend(
    gradient: Gradient, start: Array, rate: float, steps: int, momentum: float = 0.0
) -> Array:
    """(steps + 1, n): the path of x ← x - rate ∇f(x), with a heavy ball where asked for."""
    if rate <= 0 or not 0 <= momentum < 1:
        raise SettingError("descend", "a rate above 0, a momentum in [0, 1)", (rate, momentum))
    path, velocity = [np.asarray(start, np.float64)], np.zeros(len(start))
    for _ in range(steps):
        velocity = momentum * velocity - rate * gradient(path[-1])
        path.append(path[-1] + velocity)
    return np.array(path)


def largest_rate(quadratic: Quadratic) -> float:
    """2 / L: beyond it the steepest direction overshoots by more each step."""
    return 2 / quadratic.extremes[1]


def best_rate(quadratic: Quadratic) -> float:
    """2 / (μ + L): the flattest and the steepest direction shrink alike."""
    return 2 / sum(quadratic.extremes)


def contraction(quadratic: Quadratic, rate: float) -> float:
    """Max |1 - rate λ|: what the distance to the minimum is multiplied by at most, a step.

    At the best rate it is (κ - 1) / (κ + 1) with κ = L / μ.
    """
    low, high = quadratic.extremes
    return max(abs(1 - rate * low), abs(1 - rate * high))
