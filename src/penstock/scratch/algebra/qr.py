"""QR by Householder's reflections (Golub and Van Loan 2013, section 5.2)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.algebra.shapes import matrix
from penstock.scratch.arrays import Array


def qr(value: Array) -> tuple[Array, Array]:
    """Q (m, m) orthogonal and R (m, n) upper triangular with Q R = A.

    Each reflection turns a column onto an axis, away from where it lies, so that nothing cancels.
    """
    r = matrix("qr", value)
    rows, columns = r.shape
    q = np.eye(rows)
    for step in range(min(rows - 1, columns)):
        v = r[step:, step].copy()
        v[0] += np.copysign(np.linalg.norm(v), v[0])
        length = v @ v
        if length == 0:
            continue
        r[step:] -= np.outer(2 / length * v, v @ r[step:])
        q[:, step:] -= np.outer(q[:, step:] @ v, 2 / length * v)
    return q, np.triu(r)


def least_squares(value: Array, right: Array) -> Array:
    """X with the smallest |A x - b|, for A (m, n) of full rank with m ≥ n."""
    from penstock.scratch.algebra.solving import solve

    q, r = qr(value)
    size = r.shape[1]
    return solve(r[:size], (q.T @ np.asarray(right, np.float64))[:size])
