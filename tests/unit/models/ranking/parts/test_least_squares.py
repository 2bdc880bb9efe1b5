from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from penstock.models.ranking.parts.least_squares import solve_rows


@pytest.mark.parametrize("size", [1, 2, 5, 16, 33])
def test_every_row_solves_its_equations(size: int) -> None:
    """For rows with any number of entries, so that each loop by fours has its remainder."""
    random = np.random.default_rng(size)
    fixed = random.normal(size=(31, size))
    taken = np.zeros((24, 31))
    for row in range(24):
        taken[row, random.choice(31, row, False)] = 1
    penalty = random.uniform(0.1, 2, 24)
    found = solve_rows(sparse.csr_array(taken), fixed, 0.3, penalty, 2)
    for row in range(24):
        mine = fixed[taken[row] == 1]
        left = 0.3 * fixed.T @ fixed + mine.T @ mine + penalty[row] * np.eye(size)
        assert left @ found[row] == pytest.approx(mine.sum(axis=0), abs=1e-10)


def test_rows_beyond_a_block_and_no_rows_at_all() -> None:
    random = np.random.default_rng(0)
    fixed = random.normal(size=(20, 3))
    taken = sparse.csr_array((random.random((600, 20)) < 0.3).astype(float))
    whole = solve_rows(taken, fixed, 0.1, np.ones(600), 2)
    assert np.array_equal(solve_rows(taken[590:], fixed, 0.1, np.ones(10), 1), whole[590:])
    assert solve_rows(taken[:0], fixed, 0.1, np.ones(0), 2).shape == (0, 3)
