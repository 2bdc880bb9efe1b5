"""Singular values by one-sided Jacobi rotations (Hestenes 1958; Golub and Van Loan 2013, 8.6.3)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.algebra.shapes import matrix
from penstock.scratch.arrays import Array

EPS = float(np.finfo(float).eps)


def svd(value: Array, sweeps: int = 60) -> tuple[Array, Array, Array]:
    """U (m, k), σ (k,) falling, Vᵀ (k, n) with U diag(σ) Vᵀ = A and k = min(m, n).

    Pairs of columns are turned until all are orthogonal; their lengths are the singular values.
    Directions of a zero singular value are completed, so that U has orthonormal columns always.
    """
    a = matrix("svd", value)
    if a.shape[0] < a.shape[1]:
        v, sigma, ut = svd(a.T, sweeps)
        return ut.T, sigma, v.T
    columns = a.shape[1]
    v = np.eye(columns)
    for _ in range(sweeps):
        turned = False
        for one in range(columns - 1):
            for other in range(one + 1, columns):
                turned |= _rotate(a, v, one, other)
        if not turned:
            break
    sigma = np.linalg.norm(a, axis=0)
    order = np.argsort(-sigma, kind="stable")
    sigma, v = sigma[order], v[:, order]
    u = _orthonormal(a[:, order], sigma)
    return u, sigma, v.T


def _rotate(a: Array, v: Array, one: int, other: int) -> bool:
    """Make two columns orthogonal; False where they are already."""
    p, q = a[:, one], a[:, other]
    alpha, beta, gamma = p @ p, q @ q, p @ q
    if abs(gamma) <= EPS * np.sqrt(alpha * beta) or gamma == 0:
        return False
    zeta = (beta - alpha) / (2 * gamma)
    t = np.copysign(1.0, zeta) / (abs(zeta) + np.hypot(1.0, zeta))
    c = 1 / np.hypot(1.0, t)
    turn = np.array([[c, c * t], [-c * t, c]])
    pair = [one, other]
    a[:, pair] = a[:, pair] @ turn
    v[:, pair] = v[:, pair] @ turn
    return True


def _orthonormal(columns: Array, lengths: Array) -> Array:
    """Unit columns; those too short to have a direction get one that is free."""
    rank = int((lengths > EPS * len(columns) * lengths.max(initial=0.0)).sum())
    unit = columns[:, :rank] / lengths[:rank]
    if rank == columns.shape[1]:
        return np.asarray(unit)
    from penstock.scratch.algebra.qr import qr

    q, _ = qr(unit) if rank else (np.eye(len(columns)), None)
    return np.column_stack([unit, q[:, rank : columns.shape[1]]])
