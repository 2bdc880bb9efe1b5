"""The simplex method in a tableau, in two phases (Dantzig 1963; Chvátal 1983, chapters 2, 3 and 8).

Bland's rule picks both who enters and who leaves, so that a degenerate programme never cycles.
"""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.programs.linear import Infeasible, LinearProgram, Solution, Unbounded

TOLERANCE = 1e-9


def simplex(program: LinearProgram) -> Solution:
    """The optimum.

    Raises:
        Infeasible: no point meets all constraints.
        Unbounded: the objective falls for ever.
    """
    size, slacks = len(program.cost), len(program.limit)
    rows = np.vstack([program.upper, program.equal]).astype(np.float64)
    right = np.concatenate([program.limit, program.right]).astype(np.float64)
    flip = np.where(right < 0, -1.0, 1.0)
    count = len(right)
    slack = np.vstack([np.eye(slacks), np.zeros((count - slacks, slacks))])
    body = np.hstack([rows, slack]) * flip[:, None]
    table = np.hstack([body, np.eye(count), (right * flip)[:, None]])
    basis = np.arange(size + slacks, size + slacks + count)
    artificial = np.zeros(table.shape[1] - 1)
    artificial[size + slacks :] = 1
    pivots = _improve(table, basis, artificial, size + slacks + count)
    short = float(artificial[basis] @ table[:, -1])
    if short > TOLERANCE * (1 + np.abs(right).max(initial=0.0)):
        raise Infeasible(short)
    pivots += _drive_out(table, basis, size + slacks)
    cost = np.zeros(table.shape[1] - 1)
    cost[:size] = program.cost
    pivots += _improve(table, basis, cost, size + slacks)
    x = np.zeros(table.shape[1] - 1)
    x[basis] = table[:, -1]
    # Under the artificial variables stands the inverse of the basis, and so the prices.
    prices = (cost[basis] @ table[:, size + slacks : -1]) * flip
    return Solution(x[:size], float(program.cost @ x[:size]), prices, pivots)


def _improve(table: Array, basis: Array, cost: Array, allowed: int) -> int:
    """Exchange until no column below `allowed` lowers the cost; how many exchanges that took."""
    pivots = 0
    while True:
        reduced = cost[:allowed] - cost[basis] @ table[:, :allowed]
        below = np.flatnonzero(reduced < -TOLERANCE)
        if not len(below):
            return pivots
        enters = int(below[0])
        column = table[:, enters]
        positive = column > TOLERANCE
        if not positive.any():
            raise Unbounded(enters)
        ratio = np.full(len(table), np.inf)
        ratio[positive] = table[positive, -1] / column[positive]
        ties = np.flatnonzero(ratio <= ratio.min() + 1e-12 * (1 + abs(ratio.min())))
        _exchange(table, basis, int(ties[basis[ties].argmin()]), enters)
        pivots += 1


def _drive_out(table: Array, basis: Array, allowed: int) -> int:
    """Let no artificial variable stay in the basis, but where its row says nothing."""
    pivots = 0
    for row in np.flatnonzero(basis >= allowed):
        there = np.flatnonzero(np.abs(table[row, :allowed]) > TOLERANCE)
        if len(there):
            _exchange(table, basis, int(row), int(there[0]))
            pivots += 1
    return pivots


def _exchange(table: Array, basis: Array, row: int, column: int) -> None:
    """Make `column` a unit vector by eliminating it from every other row."""
    table[row] /= table[row, column]
    others = np.arange(len(table)) != row
    table[others] -= np.outer(table[others, column], table[row])
    basis[row] = column
