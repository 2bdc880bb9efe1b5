"""The plain recurrent layer: hₜ = tanh(W x + b + U hₜ₋₁ + c)  (Elman 1990)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor, record_jointly
from penstock.scratch.nn.linear import linear
from penstock.scratch.nn.recurrent import OneState


def rnn_scan(projected: Tensor, hidden: Tensor, weight: Tensor) -> Tensor:
    """All states hₜ = tanh(aₜ + U hₜ₋₁), one node of the graph for all steps.

    Back through time, δₜ = (gₜ + Uᵀ δₜ₊₁) · (1 - hₜ²); dL/dU = Σ δₜ hₜ₋₁ᵀ, one product for all t.

    Args:
        projected: a, what the input and the biases add (T, N, H).
        hidden: h₀ (N, H).
        weight: U (H, H).

    Returns:
        (T, N, H).
    """
    steps, batch, width = projected.shape
    states = np.empty((steps + 1, batch, width), projected.dtype)
    states[0] = hidden.data
    for t in range(steps):
        np.matmul(states[t], weight.data.T, out=states[t + 1])
        states[t + 1] += projected.data[t]
        np.tanh(states[t + 1], out=states[t + 1])

    def pull(grad: Array) -> tuple[Array, Array, Array]:
        back = np.empty((steps, batch, width), grad.dtype)
        flowing = np.zeros((batch, width), grad.dtype)
        for t in reversed(range(steps)):
            np.multiply(grad[t] + flowing, 1 - states[t + 1] ** 2, out=back[t])
            flowing = back[t] @ weight.data
        return back, flowing, back.reshape(-1, width).T @ states[:-1].reshape(-1, width)

    return record_jointly(states[1:], "rnn", (projected, hidden, weight), pull)


class RNN(OneState):
    """Layers of `rnn_scan`."""

    gates = 1

    def scan(self, below: Tensor, begin: Tensor, layer: int) -> Tensor:
        w_ih, w_hh, b_ih, b_hh = self.parameters_of(layer)
        return rnn_scan(linear(below, w_ih, b_ih + b_hh), begin, w_hh)
