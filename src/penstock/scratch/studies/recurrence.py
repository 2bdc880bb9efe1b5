"""How far back a recurrent net's gradient reaches."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError
from penstock.scratch.nn.rnn import rnn_scan


def scaled_to(radius: float, width: int, rng: np.random.Generator) -> Array:
    """A random (width, width) whose largest eigenvalue has modulus `radius`."""
    if radius <= 0:
        raise SettingError("scaled_to", "a spectral radius above 0", radius)
    weight = rng.normal(size=(width, width)) / np.sqrt(width)
    scaled: Array = weight * (radius / np.abs(np.linalg.eigvals(weight)).max())
    return scaled


def reach(weight: Array, steps: int, rng: np.random.Generator, signal: float = 0.0) -> Array:
    """‖d L / d h₀‖ for L = g·h_t, a random unit g, and t from 1 to `steps`: (steps,).

    dh_t/dh₀ = Π diag(1 - h²) U. States near 0 leave Uᵗ, whose norm goes as ρᵗ, ρ being the spectral
    radius of U: below 1 gradients vanish. Above 1 they explode, unless the states saturate, which
    `signal` above 0 makes them do (Bengio, Simard and Frasconi 1994; Pascanu et al. 2013,
    section 2.1).

    Args:
        weight: U (H, H).
        steps: how far back.
        rng: draws g and the inputs.
        signal: deviation of what the input adds to each step.
    """
    width = len(weight)
    direction = rng.normal(size=(1, width))
    direction /= np.linalg.norm(direction)
    inputs = Tensor(rng.normal(size=(steps, 1, width)) * signal)
    norms = []
    for t in range(1, steps + 1):
        start = Tensor(np.zeros((1, width)), requires_grad=True)
        rnn_scan(inputs[:t], start, Tensor(weight))[t - 1].backward(direction)
        assert start.grad is not None, "the walk reached the first state"
        norms.append(float(np.linalg.norm(start.grad)))
    return np.array(norms)
