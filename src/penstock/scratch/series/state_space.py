"""An ARMA process as a state that moves, and the exact likelihood by Kalman's filter.

Harvey's form (Durbin and Koopman 2012, section 3.4); the first state has the variance that the
process has for ever.
"""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array


def arma_matrices(ar: Array, ma: Array) -> tuple[Array, Array]:
    """How the state moves, (r, r), and what noise does to it, (r,), for r = max(p, q + 1)."""
    size = max(len(ar), len(ma) + 1)
    move = np.zeros((size, size))
    move[: len(ar), 0] = ar
    move[np.arange(size - 1), np.arange(1, size)] = 1
    noise = np.zeros(size)
    noise[0], noise[1 : len(ma) + 1] = 1, ma
    return move, noise


def stationary_variance(move: Array, noise: Array) -> Array:
    """(r, r): P = T P Tᵀ + R Rᵀ, as one linear system."""
    size = len(move)
    right = np.outer(noise, noise).ravel()
    return np.linalg.solve(np.eye(size * size) - np.kron(move, move), right).reshape(size, size)


def innovations(series: Array, ar: Array, ma: Array) -> tuple[Array, Array, Array]:
    """What each value adds to what was expected, its variance for noise of 1, the last state."""
    move, noise = arma_matrices(ar, ma)
    spread = np.outer(noise, noise)
    state, variance = np.zeros(len(move)), stationary_variance(move, noise)
    surprise, width = np.empty(len(series)), np.empty(len(series))
    for step, value in enumerate(series):
        surprise[step], width[step] = value - state[0], variance[0, 0]
        gain = variance[:, 0] / width[step]
        state = move @ (state + gain * surprise[step])
        variance = move @ (variance - np.outer(gain, variance[0])) @ move.T + spread
    return surprise, width, state


def log_likelihood(surprise: Array, width: Array, noise: float) -> float:
    """Of a series, by its innovations, for noise of that variance."""
    size = len(surprise)
    misfit = (surprise**2 / width).sum() / noise
    return float(-0.5 * (size * np.log(2 * np.pi * noise) + np.log(width).sum() + misfit))
