"""The best corner."""

from __future__ import annotations

import numpy as np

from penstock.pages.lab.plane import Plane
from penstock.pages.lab.topic import Figure, Topic
from penstock.scratch.programs.linear import LinearProgram, corners, dual_value
from penstock.scratch.programs.simplex import simplex

PROGRAM = LinearProgram(
    np.array([-3.0, -5.0]),
    np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 2.0]]),
    np.array([4.0, 12.0, 18.0]),
)


def figures() -> list[Figure]:
    shape = corners(PROGRAM)
    found = simplex(PROGRAM)
    slope = -PROGRAM.cost[0] / PROGRAM.cost[1]
    lines = {}
    for name, value in (("objective at its best", found.value), ("half of it", found.value / 2)):
        x = np.array([0.0, 5.0])
        line = np.column_stack([x, value / PROGRAM.cost[1] + slope * x])
        lines[name] = line[(line[:, 1] > -1)] if (line[:, 1] > -1).all() else _cut(line)
    prices = ", ".join(f"{price:.3g}" for price in found.prices)
    return [
        Plane(
            "Two products, three limits",
            points={"optimum": found.x[None]},
            paths={"allowed": np.vstack([shape, shape[:1]]), **lines},
            x_label="first",
            y_label="second",
            caption=f"Optimum {-found.value:g} at ({found.x[0]:g}, {found.x[1]:g}) after "
            f"{found.pivots} pivots; prices {prices} give {-dual_value(PROGRAM, found.prices):g}.",
        )
    ]


def _cut(line: np.ndarray) -> np.ndarray:
    """The part of a line above the first axis."""
    (x0, y0), (x1, y1) = line
    return np.array([[x0, y0], [x0 + (x1 - x0) * y0 / (y0 - y1), 0.0]])


TOPIC = Topic(
    "Linear programmes",
    "What is allowed is a polygon, and the best of it lies on a corner; the simplex method walks "
    "from one to the next.",
    [
        ("min cᵀx, Ax ≤ b, x ≥ 0", "the programme"),
        ("max bᵀy, Aᵀy ≤ c, y ≤ 0", "its dual: what each limit is worth"),
        ("cᵀx* = bᵀy*", "no gap, where there is an optimum"),
        ("∇f + Σ λ∇g + Σ μ∇h = 0, μh = 0", "the same for curved ones (Karush, Kuhn, Tucker)"),
    ],
    figures,
    ("F37", "F38", "F39", "F40", "F41", "F42"),
    [("scratch/svm", "a support vector machine is a quadratic programme")],
    ["The simplex method is exponential on contrived programmes and fast on all others: why?"],
)
