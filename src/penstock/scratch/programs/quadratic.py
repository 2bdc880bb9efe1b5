"""Quadratic programmes by a primal-dual interior point (Nocedal and Wright 2006, section 16.6).

min ½ xᵀQ x + cᵀx with E x = d and G x ≤ h, Q positive semidefinite. Newton's steps on the
conditions of Karush, Kuhn and Tucker, with Mehrotra's prediction and correction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError

LOST = 1e12  # multipliers grow beyond it where nothing meets all constraints


@dataclass(frozen=True)
class QuadraticSolution:
    """x, the multipliers of both kinds of constraints, and the steps it took."""

    x: Array
    equal: Array
    unequal: Array
    steps: int


def quadratic_program(
    q: Array,
    c: Array,
    equal: tuple[Array, Array],
    unequal: tuple[Array, Array],
    tolerance: float = 1e-10,
    steps: int = 100,
) -> QuadraticSolution:
    """The minimum.

    Args:
        q, c: (n, n) and (n,).
        equal: E (p, n) and d (p,).
        unequal: G (m, n) and h (m,), m ≥ 1.

    Raises:
        SettingError: not there after `steps`: the constraints contradict each other, or nothing
            bounds the objective.
    """
    (e, d), (g, h) = equal, unequal
    n, m = len(c), len(h)
    x, y, z, s = np.zeros(n), np.zeros(len(d)), np.ones(m), np.ones(m)
    scale = 1 + max(np.abs(part).max(initial=0.0) for part in (c, d, h))
    gap = np.inf
    for step in range(steps):
        rest = (q @ x + c + e.T @ y + g.T @ z, e @ x - d, g @ x + s - h)
        gap = float(s @ z) / m
        if max(gap, *(np.abs(part).max(initial=0.0) for part in rest)) < tolerance * scale:
            return QuadraticSolution(x, y, z, step)
        if max(gap, z.max(), np.abs(x).max()) > LOST * scale:
            break
        newton = _Newton(q, e, g, rest, z, s)
        _, _, dz, ds = newton.towards(-s * z)
        reach = _reach(s, ds, z, dz)
        after = float((s + reach * ds) @ (z + reach * dz)) / m
        dx, dy, dz, ds = newton.towards(-s * z - ds * dz + gap * (after / gap) ** 3)
        reach = 0.995 * _reach(s, ds, z, dz)
        x, y, z, s = x + reach * dx, y + reach * dy, z + reach * dz, s + reach * ds
    raise SettingError("quadratic_program", f"a minimum within {steps} steps", f"a gap of {gap:g}")


class _Newton:
    """The linear system of one step; its right side is given twice."""

    def __init__(
        self, q: Array, e: Array, g: Array, rest: tuple[Array, ...], z: Array, s: Array
    ) -> None:
        self.g, self.rest, self.z, self.s = g, rest, z, s
        n, p = len(q), len(e)
        self.matrix = np.block([[q + g.T @ (g * (z / s)[:, None]), e.T], [e, np.zeros((p, p))]])
        self.matrix += np.diag(np.r_[np.full(n, 1e-13), np.full(p, -1e-13)])

    def towards(self, centre: Array) -> tuple[Array, Array, Array, Array]:
        """Steps of x, y, z and s that bring z·s to what `centre` adds to it."""
        stationary, equal, unequal = self.rest
        pull = self.g.T @ ((centre + self.z * unequal) / self.s)
        both = np.linalg.solve(self.matrix, np.concatenate([-stationary - pull, -equal]))
        dx, dy = np.split(both, [len(stationary)])
        ds = -unequal - self.g @ dx
        return dx, dy, (centre - self.z * ds) / self.s, ds


def _reach(s: Array, ds: Array, z: Array, dz: Array) -> float:
    """How far along both steps nothing becomes negative, at most 1."""
    ratios = [-part[by < 0] / by[by < 0] for part, by in ((s, ds), (z, dz))]
    return float(min(1.0, *(ratio.min(initial=1.0) for ratio in ratios)))


def svm_dual(kernel: Array, signs: Array, c: float) -> Array:
    """(n,): the weights α of a support vector machine, as a quadratic programme.

    min ½ Σ αᵢαⱼ yᵢyⱼ K(xᵢ, xⱼ) - Σ αᵢ with 0 ≤ α ≤ C and Σ αᵢyᵢ = 0 (Cortes and Vapnik 1995).

    Args:
        kernel: (n, n).
        signs: y (n,), -1 or 1.
    """
    size = len(signs)
    q = kernel * np.outer(signs, signs)
    box = (np.vstack([-np.eye(size), np.eye(size)]), np.r_[np.zeros(size), np.full(size, c)])
    line = (signs[None, :].astype(np.float64), np.zeros(1))
    return quadratic_program(q, -np.ones(size), line, box).x
