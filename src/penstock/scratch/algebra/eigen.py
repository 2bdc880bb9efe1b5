"""Eigenvalues: one by power iteration, all of a symmetric matrix by QR steps."""

from __future__ import annotations

import numpy as np

from penstock.scratch.algebra.qr import qr
from penstock.scratch.algebra.shapes import matrix
from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError

EPS = float(np.finfo(float).eps)


def power_iteration(
    value: Array, tolerance: float = 1e-12, steps: int = 10_000, seed: int = 0
) -> tuple[float, Array, int]:
    """The eigenvalue of largest size, its unit vector, and the steps it took.

    The error falls by |λ₂ / λ₁| a step (Golub and Van Loan 2013, section 7.3.1).

    Raises:
        SettingError: two eigenvalues of (nearly) one size keep it from settling.
    """
    a = matrix("power_iteration", value, square=True)
    v = np.random.default_rng(seed).normal(size=len(a))
    v /= np.linalg.norm(v)
    for step in range(1, steps + 1):
        image = a @ v
        eigenvalue = float(v @ image)
        if np.linalg.norm(image - eigenvalue * v) <= tolerance * max(1.0, abs(eigenvalue)):
            return eigenvalue, v, step
        v = image / np.linalg.norm(image)
    raise SettingError(
        "power_iteration", f"one eigenvalue larger than all others in {steps} steps", eigenvalue
    )


def symmetric_eigen(value: Array, steps: int = 10_000) -> tuple[Array, Array]:
    """Eigenvalues in ascending order and their vectors in columns, of a symmetric matrix.

    QR steps with Wilkinson's shift; an eigenvalue that has settled is split off (Golub and Van Loan
    2013, section 8.3).

    Raises:
        SettingError: the matrix is not symmetric.
    """
    a = matrix("symmetric_eigen", value, square=True)
    if not np.allclose(a, a.T, rtol=1e-12, atol=1e-12 * np.abs(a).max(initial=1.0)):
        raise SettingError(
            "symmetric_eigen", "a symmetric matrix", f"{np.abs(a - a.T).max():g} off"
        )
    vectors, last = np.eye(len(a)), len(a) - 1
    for _ in range(steps):
        while last > 0 and _settled(a, last):
            last -= 1
        if last <= 0:
            break
        part = slice(0, last + 1)
        shift = _wilkinson(a[last - 1 : last + 1, last - 1 : last + 1])
        q, r = qr(a[part, part] - shift * np.eye(last + 1))
        a[part, part] = r @ q + shift * np.eye(last + 1)
        vectors[:, part] = vectors[:, part] @ q
    order = np.argsort(np.diag(a), kind="stable")
    return np.diag(a)[order], vectors[:, order]


def _settled(a: Array, last: int) -> bool:
    """Whether nothing couples the last row with those above it any more."""
    coupling = float(np.abs(a[last, :last]).sum())
    if coupling > EPS * (np.abs(a).max() or 1.0):
        return False
    a[last, :last] = a[:last, last] = 0.0
    return True


def _wilkinson(corner: Array) -> float:
    """The eigenvalue of a 2 × 2 corner that is nearer to its last entry."""
    half = (corner[0, 0] - corner[1, 1]) / 2
    below = corner[1, 0]
    if below == 0:
        return float(corner[1, 1])
    root = np.copysign(np.hypot(half, below), half)
    return float(corner[1, 1] - below**2 / (half + root))
