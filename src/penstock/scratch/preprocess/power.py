"""Columns made more normal by a power (Yeo and Johnson 2000)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.kinds import Transformer
from penstock.scratch.preprocess.scalers import StandardScaler

GOLDEN = (np.sqrt(5) - 1) / 2
START, STEPS = 2.0, 80


class PowerTransformer(Transformer):
    """x ↦ ((x + 1)^λ - 1)/λ for x ≥ 0 and -((1 - x)^(2-λ) - 1)/(2 - λ) below, then standardised.

    λ of each feature makes a normal likelihood of the result largest; 0 and 2 are logarithms.

    Attributes:
        lambdas_: (features,).
    """

    takes_missing: ClassVar[bool] = True
    lambdas_: Array

    def __init__(self, standardize: bool = True) -> None:
        self.standardize = standardize

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from rows (N, features)."""
        rows = self._given(X)
        found = []
        for column in rows.T:
            known = column[~np.isnan(column)]
            changes = len(known) and known.min() < known.max()
            found.append(_highest(_likelihood(known)) if changes else 1.0)
        self.lambdas_ = np.array(found)
        self._scaler = StandardScaler().fit(self._bent(rows))
        return self

    def _bent(self, rows: Array) -> Array:
        columns = [
            yeo_johnson(one, power) for one, power in zip(rows.T, self.lambdas_, strict=True)
        ]
        return np.stack(columns, axis=1)

    def transform(self, X: Any) -> Array:
        """The rows, bent."""
        bent = self._bent(self._rows(X))
        return self._scaler.transform(bent) if self.standardize else bent


def yeo_johnson(x: Array, power: float) -> Array:
    """The transformation for λ = `power`, of any shape."""
    bent = np.array(x, float)
    up, down = x >= 0, x < 0
    bent[up] = _box_cox(np.log1p(x[up]), power)
    bent[down] = -_box_cox(np.log1p(-x[down]), 2 - power)
    return bent


def _box_cox(logs: Array, power: float) -> Array:
    """(e^(λ·log) - 1)/λ, exact around λ = 0."""
    return np.asarray(logs if abs(power) < 1e-12 else np.expm1(power * logs) / power)


def _likelihood(x: Array) -> Callable[[float], float]:
    """Of λ: -N/2 ln σ²(λ) + (λ - 1) Σ sign(x) ln(1 + |x|) (Yeo and Johnson 2000, section 3.1)."""
    stretch = float((np.sign(x) * np.log1p(np.abs(x))).sum())

    def at(power: float) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            variance = float(yeo_johnson(x, power).var())
        if not 0 < variance < np.inf:
            return -np.inf
        return -len(x) / 2 * float(np.log(variance)) + (power - 1) * stretch

    return at


def _highest(of: Callable[[float], float]) -> float:
    """Where a function of one peak is highest, by golden section (Kiefer 1953)."""
    low, high = (_beyond(of, edge) for edge in (-START, START))
    a, b = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_a, at_b = of(a), of(b)
    for _ in range(STEPS):
        if at_a >= at_b:
            high, b, at_b = b, a, at_a
            a = high - GOLDEN * (high - low)
            at_a = of(a)
        else:
            low, a, at_a = a, b, at_b
            b = low + GOLDEN * (high - low)
            at_b = of(b)
    return (low + high) / 2


def _beyond(of: Callable[[float], float], edge: float) -> float:
    """An edge that the peak is not behind."""
    while of(2 * edge) > of(edge):
        edge *= 2
    return 2 * edge
