"""Bias, variance, and what comes after the peak."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array, Chart
from penstock.pages.lab.topic import Figure, Topic, over
from penstock.scratch.theory.bias_variance import decompose, polynomial
from penstock.scratch.theory.capacity import hoeffding, vc_gap
from penstock.scratch.theory.double_descent import double_descent


def wave(x: Array) -> Array:
    """The truth that is fitted."""
    return np.asarray(np.sin(3 * x))


def figures() -> list[Figure]:
    degrees = list(range(11))
    told = [decompose(polynomial(degree), wave, 0.4, 40, 150, seed=1) for degree in degrees]
    parts = {
        "error": (degrees, [one.error for one in told]),
        "bias²": (degrees, [one.bias2 for one in told]),
        "variance": (degrees, [one.variance for one in told]),
        "noise": (degrees, [one.noise for one in told]),
    }
    sizes = (2, 5, 10, 20, 30, 36, 40, 44, 50, 60, 80, 120, 200, 400)
    descent = double_descent(sizes, rows=40, inputs=12, noise=0.5, repeats=12, seed=0)
    logs = [float(np.log10(size / 40)) for size in sizes]
    rows = [100, 300, 1000, 3000, 10_000, 30_000, 100_000]
    scale = [float(np.log10(n)) for n in rows]
    return [
        Chart("parts", "Polynomials of 40 noisy points", "degree", "mean squared error", parts),
        Chart("double", "Double descent", "log₁₀ of features per row", "log₁₀ error",
              over(logs, {"test": np.log10(descent.test),
                          "weights' length": np.log10(descent.norms)}),
              caption="The peak lies where features are as many as rows; beyond it, the shortest "
              "weights that fit are taken."),
        Chart("bounds", "What is promised", "log₁₀ of the rows", "gap, at most",
              {"VC, dimension 3": (scale, [min(1.0, vc_gap(3, n, 0.05)) for n in rows]),
               "VC, dimension 30": (scale, [min(1.0, vc_gap(30, n, 0.05)) for n in rows]),
               "one rule": (scale, [_gap(n) for n in rows])},
              caption="Between training and true error, but for a chance of 1 in 20."),
    ]  # fmt: skip


def _gap(rows: int) -> float:
    """The gap that Hoeffding's bound gives a chance of .05."""
    gaps = np.linspace(0.001, 1, 2000)
    return float(gaps[int(np.argmax([hoeffding(rows, gap) <= 0.05 for gap in gaps]))])


TOPIC = Topic(
    "Generalisation",
    "Error is bias, variance and noise; more capacity trades one for another, until there is so "
    "much of it that the trade turns round.",
    [
        ("E(y − f̂)² = bias² + variance + noise", "over draws of the training rows"),
        ("P(|R̂ − R| ≥ ε) ≤ 2 e^(−2nε²)", "Hoeffding, for one rule"),
        ("growth(n) ≤ Σ C(n, k), k ≤ d", "Sauer, for rules of VC dimension d"),
        ("w = A⁺ y", "of all weights that fit, the shortest"),
    ],
    figures,
    ("F45", "F47", "F48", "F49", "N26"),
    [
        (
            "tasks/*/trials.py",
            "validation folds: capacity is chosen by rows that were not fitted",
        ),
        ("effects/sweep", "settings tried on a split that nothing is judged on"),
    ],
    ["Why do the weights that descent finds generalise, among all that fit?"],
)
