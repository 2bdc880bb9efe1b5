"""Paths downhill, and the step that is too long."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array, Chart
from penstock.pages.lab.plane import Plane
from penstock.pages.lab.topic import Figure, Topic, over
from penstock.scratch.descent.gradient_descent import (
    Quadratic,
    best_rate,
    contraction,
    descend,
    largest_rate,
)
from penstock.scratch.descent.stochastic import LeastSquares, stochastic

BOWL = Quadratic(np.array([[1.0, 0.6], [0.6, 4.0]]), np.array([0.5, -1.0]))
START = np.array([-3.0, 2.0])


def level(quadratic: Quadratic, height: float) -> Array:
    """(n, 2): where a bowl has that height above its lowest point."""
    angle = np.linspace(0, 2 * np.pi, 121)
    root = np.linalg.cholesky(quadratic.curvature)
    rim = np.linalg.solve(root.T, np.stack([np.cos(angle), np.sin(angle)]))
    return np.asarray(quadratic.minimum + np.sqrt(2 * height) * rim.T)


def figures() -> list[Figure]:
    rings = [level(BOWL, height) for height in (0.2, 1, 3, 7)]
    most = largest_rate(BOWL)
    paths = {
        "small steps": descend(BOWL.gradient, START, 0.1 * most, 25),
        "near the limit": descend(BOWL.gradient, START, 0.95 * most, 25),
        "heavy ball": descend(BOWL.gradient, START, 0.2 * most, 25, momentum=0.7),
    }
    shares = np.linspace(0.02, 1.1, 109)
    shrinks = [contraction(BOWL, share * most) for share in shares]
    return [
        Plane("Paths over one bowl", paths=paths, guides=rings, square=True),
        Chart(
            "rate", "What a step leaves of the distance", "step size · L / 2", "at most",
            over(shares, {"bound": shrinks}),
            reference=([shares[0], shares[-1]], [1.0, 1.0]),
            caption=f"Least at 2 / (μ + L), here {best_rate(BOWL) / most:.2f} of the limit 2 / L; "
            "beyond the limit the distance grows.",
        ),
        _noise(),
    ]  # fmt: skip


def _noise() -> Chart:
    random = np.random.default_rng(0)
    x = random.normal(size=(400, 3))
    problem = LeastSquares(x, x @ np.array([1.0, -2, 0.5]) + random.normal(size=400))
    least, steps = problem(np.linalg.lstsq(x, problem.y)[0]), np.arange(0, 601, 5)
    rates = {
        "all rows": descend(problem.gradient, np.zeros(3), 0.1, 600),
        "4 rows, 0.1": stochastic(problem, np.zeros(3), lambda _: 0.1, 600, 4, 1),
        "4 rows, 0.03": stochastic(problem, np.zeros(3), lambda _: 0.03, 600, 4, 1),
        "4 rows, falling": stochastic(problem, np.zeros(3), lambda k: 2 / (k + 20), 600, 4, 1),
    }
    left = {
        name: [np.log10(max(problem(path[k]) - least, 1e-8)) for k in steps]
        for name, path in rates.items()
    }
    above = over(steps, left)
    caption = "A constant step stops at a floor that noise sets; a falling one goes on."
    return Chart("noise", "With noise", "step", "log₁₀ of what is left", above, caption=caption)


TOPIC = Topic(
    "Gradient descent",
    "Go against the slope. How far a step may go is decided by the steepest direction, how long it "
    "takes by the flattest.",
    [
        ("x ← x − η ∇f(x)", "a step of size η"),
        ("η < 2 / L", "or the steepest direction overshoots by more each time"),
        ("|x − x*| falls by (κ − 1) / (κ + 1)", "a step at the best η, with κ = L / μ"),
        ("by (√κ − 1) / (√κ + 1)", "with a heavy ball"),
    ],
    figures,
    ("F08", "F09", "F10", "F43", "F44"),
    [
        ("scratch/optim", "SGD, momentum, RMSprop, Adam and AdamW train the NumPy digits models"),
        ("models/training", "torch's twins train the deep candidates"),
    ],
    ["Why does Adam win on Transformers and lose on convolutions?"],
)
