"""Why L1 gives zeros."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Chart
from penstock.pages.lab.plane import Plane
from penstock.pages.lab.topic import Figure, Topic, over
from penstock.pages.lab.topics.gradient_descent import level
from penstock.scratch.descent.gradient_descent import Quadratic
from penstock.scratch.theory.penalties import ball, shrink, soft_threshold, touch

CURVATURE, CENTRE = np.array([[1.0, 0.5], [0.5, 1.6]]), np.array([2.2, 0.4])


def figures() -> list[Figure]:
    bowl = Quadratic(CURVATURE, CURVATURE @ CENTRE)
    planes: list[Figure] = []
    for order, name in ((1, "diamond"), (2, "circle")):
        point = touch(CURVATURE, CENTRE, order, 1.0)
        height = bowl(point) - bowl(CENTRE)
        rim = ball(order, 1.0)
        rings = [level(bowl, share * height) for share in (0.3, 1.0)]
        where = "on a corner: one weight is 0" if np.abs(point).min() < 1e-2 else "off the axes"
        planes.append(
            Plane(
                f"L{order}: the {name}",
                points={"minimum": CENTRE[None], "touching": point[None]},
                paths={name: np.vstack([rim, rim[:1]])},
                guides=rings,
                caption=f"The smallest level line that meets the {name} touches it {where}.",
                square=True,
            )
        )
    w = np.linspace(-3, 3, 121)
    series = over(w, {"none": w, "L1": soft_threshold(w, 1.0), "L2": shrink(w, 1.0)})
    return [*planes, Chart("one", "One weight at a time", "without penalty", "with", series)]


TOPIC = Topic(
    "L1 and L2",
    "Both penalties keep weights small. One of them makes most exactly zero, because its ball has "
    "corners.",
    [
        ("min f(w) + λ Σ|w|", "lasso: soft threshold, zeros"),
        ("min f(w) + ½λ Σw²", "ridge: everything shrinks, nothing vanishes"),
        ("S(w, λ) = sign(w) max(|w| − λ, 0)", "what L1 does to one weight"),
    ],
    figures,
    ("F46", "C02", "C03", "N20"),
    [
        ("models/classification/logistic.py", "L2 on the weights"),
        ("models/ranking/ease.py", "L2 on a whole matrix of items, in closed form"),
        ("models/ranking/slim.py", "L1 and L2 together, for sparse neighbours"),
    ],
    ["Of features that are nearly alike lasso keeps one by chance: what may be read from it?"],
)
