"""Linear programmes: min cᵀx with A x ≤ b, E x = d, x ≥ 0; their duals and their pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError, ShapeError


class Infeasible(SettingError):
    """No point meets all constraints."""

    def __init__(self, short: float) -> None:
        super().__init__("simplex", "a point that meets all constraints", f"{short:g} short of one")


class Unbounded(SettingError):
    """The objective falls for ever."""

    def __init__(self, along: int) -> None:
        super().__init__(
            "simplex", "an objective with a least value", f"none along variable {along}"
        )


@dataclass(frozen=True)
class LinearProgram:
    """min cost·x with upper x ≤ limit, equal x = right, x ≥ 0.

    Attributes:
        cost: (n,).
        upper, limit: (m, n) and (m,).
        equal, right: (p, n) and (p,).

    Raises:
        ShapeError: the parts do not fit together.
    """

    cost: Array
    upper: Array
    limit: Array
    equal: Array = field(default_factory=lambda: np.zeros((0, 0)))
    right: Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        size = len(self.cost)
        if self.equal.size == 0:
            object.__setattr__(self, "equal", np.zeros((0, size)))
        parts = {"upper": (self.upper, self.limit), "equal": (self.equal, self.right)}
        for name, (left, right) in parts.items():
            if left.shape != (len(right), size):
                raise ShapeError(f"LinearProgram.{name}", f"({len(right)}, {size})", left.shape)


@dataclass(frozen=True)
class Solution:
    """The optimum of a programme.

    Attributes:
        x: (n,).
        value: of the objective there.
        prices: (m + p,): what the optimum changes by when a limit, or a right side, grows by 1.
        pivots: exchanges of the simplex method.
    """

    x: Array
    value: float
    prices: Array
    pivots: int


def dual_value(program: LinearProgram, prices: Array) -> float:
    """What prices bound the optimum by from below: limit·y + right·z."""
    return float(np.concatenate([program.limit, program.right]) @ prices)


def dual_violation(program: LinearProgram, prices: Array) -> float:
    """How far prices are from the dual's constraints: Aᵀy + Eᵀz ≤ c and y ≤ 0."""
    rows = np.vstack([program.upper, program.equal])
    above = (rows.T @ prices - program.cost).max(initial=0.0)
    return float(max(above, prices[: len(program.limit)].max(initial=0.0)))


def corners(program: LinearProgram) -> Array:
    """(k, 2): the corners of what is allowed in the plane, in order around it.

    Raises:
        ShapeError: the programme has other than two variables, or equalities.
    """
    if len(program.cost) != 2 or len(program.right):
        raise ShapeError("corners", "two variables and no equalities", len(program.cost))
    lines = np.vstack([program.upper, -np.eye(2)])
    limits = np.concatenate([program.limit, np.zeros(2)])
    found: list[Array] = []
    for pair in combinations(range(len(lines)), 2):
        rows = list(pair)
        if abs(np.linalg.det(lines[rows])) < 1e-12:
            continue
        point = np.linalg.solve(lines[rows], limits[rows])
        inside = (lines @ point <= limits + 1e-9).all()
        if inside and not any(np.allclose(point, one) for one in found):
            found.append(point)
    if not found:
        return np.zeros((0, 2))
    points = np.array(found)
    middle = points.mean(axis=0)
    return points[np.argsort(np.arctan2(*(points - middle).T[::-1]), kind="stable")]
