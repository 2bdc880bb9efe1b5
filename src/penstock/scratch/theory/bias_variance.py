"""Mean squared error = bias² + variance + noise (Geman, Bienenstock and Doursat 1992)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array

Truth = Callable[[Array], Array]


@dataclass(frozen=True)
class Decomposition:
    """Of one kind of model, averaged over points.

    Attributes:
        error: mean squared, against fresh noisy targets.
    """

    bias2: float
    variance: float
    noise: float
    error: float

    @property
    def total(self) -> float:
        return self.bias2 + self.variance + self.noise


def polynomial(degree: int) -> Callable[[Array, Array, Array], Array]:
    """A fit by least squares on Chebyshev's polynomials: (x, y, at) → predictions."""

    def fit(x: Array, y: Array, at: Array) -> Array:
        made = np.polynomial.chebyshev.chebvander(x, degree)
        weights = np.linalg.lstsq(made, y)[0]
        return np.asarray(np.polynomial.chebyshev.chebvander(at, degree) @ weights)

    return fit


def decompose(
    fit: Callable[[Array, Array, Array], Array],
    truth: Truth,
    noise: float,
    rows: int,
    repeats: int,
    seed: int,
) -> Decomposition:
    """Fit anew on fresh draws of data, and see how predictions lie around the truth.

    Args:
        noise: standard deviation of the targets around the truth.
        rows: in each draw, uniform on [-1, 1].
    """
    random = np.random.default_rng(seed)
    at = np.linspace(-0.95, 0.95, 41)
    told, wrong = [], []
    for _ in range(repeats):
        x = random.uniform(-1, 1, rows)
        found = fit(x, truth(x) + noise * random.normal(size=rows), at)
        told.append(found)
        wrong.append((truth(at) + noise * random.normal(size=len(at)) - found) ** 2)
    every = np.array(told)
    bias2 = float(((every.mean(axis=0) - truth(at)) ** 2).mean())
    return Decomposition(bias2, float(every.var(axis=0).mean()), noise**2, float(np.mean(wrong)))
