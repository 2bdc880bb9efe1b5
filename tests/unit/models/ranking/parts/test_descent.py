"""Coordinate descent, against a solver of another kind."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from penstock.models.ranking.parts.descent import regress

RANDOM = np.random.default_rng(3)
TAKEN = (RANDOM.random((40, 9)) < 0.4).astype(float)
GRAM = TAKEN.T @ TAKEN


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 1.0), (1.0, 0.5), (4.0, 0.1)])
def test_it_finds_the_least_of_the_penalised_error(l1: float, l2: float) -> None:
    found = regress(GRAM, 0, 9, l1, l2, 10_000, 1e-13)
    for own in range(9):

        def loss(b: np.ndarray, own: int = own) -> float:
            return float(0.5 * b @ GRAM @ b - GRAM[own] @ b + l1 * b.sum() + 0.5 * l2 * b @ b)

        bounds = [(0, 0 if item == own else None) for item in range(9)]
        best = minimize(loss, np.zeros(9), bounds=bounds, method="L-BFGS-B", tol=1e-14)
        assert loss(found[own]) <= best.fun + 1e-9
        assert found[own, own] == 0 and found[own].min() >= 0


def test_a_part_of_the_columns_is_the_same_as_in_the_whole() -> None:
    whole = regress(GRAM, 0, 9, 0.5, 0.5, 100, 1e-6)
    assert np.array_equal(regress(GRAM, 3, 6, 0.5, 0.5, 100, 1e-6), whole[3:6])


def test_an_l1_above_every_count_leaves_nothing() -> None:
    assert not regress(GRAM, 0, 9, 100.0, 0.5, 100, 1e-6).any()
