"""Full-batch against stochastic descent on least squares (Bottou, Curtis and Nocedal 2018, §4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array


@dataclass(frozen=True)
class LeastSquares:
    """½ mean (xᵀw - y)² over rows x (n, d) and y (n,)."""

    x: Array
    y: Array

    def __call__(self, w: Array) -> float:
        return float(0.5 * ((self.x @ w - self.y) ** 2).mean())

    def gradient(self, w: Array, rows: Array | slice = slice(None)) -> Array:
        """The gradient over some of the rows; its mean over draws of them is that over all."""
        x, y = self.x[rows], self.y[rows]
        return np.asarray(x.T @ (x @ w - y) / len(x))


def stochastic(
    problem: LeastSquares,
    start: Array,
    rate: Callable[[int], float],
    steps: int,
    batch: int,
    seed: int,
) -> Array:
    """(steps + 1, d): the path with gradients of `batch` rows drawn anew for each step.

    With a constant rate it stops falling at a level that the noise sets, in proportion to the rate;
    with a rate like 1 / step it goes on, as 1 / step.
    """
    random = np.random.default_rng(seed)
    path = [np.asarray(start, np.float64)]
    for step in range(steps):
        rows = random.integers(0, len(problem.y), batch)
        path.append(path[-1] - rate(step) * problem.gradient(path[-1], rows))
    return np.array(path)
