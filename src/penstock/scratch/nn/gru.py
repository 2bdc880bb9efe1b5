"""The gated recurrent unit: two gates, no cell (Cho et al. 2014)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor, record_jointly
from penstock.scratch.nn.activations import logistic
from penstock.scratch.nn.linear import linear
from penstock.scratch.nn.recurrent import OneState


def gru_scan(projected: Tensor, hidden: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """All states of a layer, one node of the graph for all steps.

    With a in three blocks and u = U hₜ₋₁ + c in three as well: r = σ(a_r + u_r), z = σ(a_z + u_z),
    n = tanh(a_n + r·u_n), hₜ = (1 - z)·n + z·hₜ₋₁. The reset gate acts after the product, as in
    torch and cuDNN.

    Args:
        projected: a, what the input adds (T, N, 3H), blocks r, z, n.
        hidden: h₀ (N, H).
        weight: U (3H, H).
        bias: c (3H,), inside the reset gate's reach.

    Returns:
        (T, N, H).
    """
    steps, batch, width = len(projected.data), *hidden.shape
    states = np.empty((steps + 1, batch, width), projected.dtype)
    states[0] = hidden.data
    gates = np.empty((steps, batch, 3 * width), projected.dtype)
    reached = np.empty_like(states[1:])  # u_n
    for t in range(steps):
        a, u = projected.data[t], states[t] @ weight.data.T
        u += bias.data
        gates[t, :, : 2 * width] = logistic(a[:, : 2 * width] + u[:, : 2 * width])
        r, z, n = _blocks(gates[t], width)
        reached[t] = u[:, 2 * width :]
        np.tanh(a[:, 2 * width :] + r * reached[t], out=n)
        states[t + 1] = n + z * (states[t] - n)

    def pull(grad: Array) -> tuple[Array, Array, Array, Array]:
        to_a = np.empty_like(gates)
        to_u = np.empty_like(gates)  # equal to to_a but for the block that r gates
        flowing = np.zeros_like(states[0])
        for t in reversed(range(steps)):
            d_h = grad[t] + flowing
            r, z, n = _blocks(gates[t], width)
            d_n = d_h * (1 - z) * (1 - n * n)
            d_z = d_h * (states[t] - n) * z * (1 - z)
            d_r = d_n * reached[t] * r * (1 - r)
            np.concatenate([d_r, d_z, d_n], axis=1, out=to_a[t])
            np.concatenate([d_r, d_z, d_n * r], axis=1, out=to_u[t])
            flowing = d_h * z + to_u[t] @ weight.data
        rows = to_u.reshape(-1, 3 * width)
        return to_a, flowing, rows.T @ states[:-1].reshape(-1, width), rows.sum(axis=0)

    return record_jointly(states[1:], "gru", (projected, hidden, weight, bias), pull)


def _blocks(rows: Array, width: int) -> tuple[Array, Array, Array]:
    return rows[:, :width], rows[:, width : 2 * width], rows[:, 2 * width :]


class GRU(OneState):
    """Layers of `gru_scan`; blocks of the weights in the order r, z, n."""

    gates = 3

    def scan(self, below: Tensor, begin: Tensor, layer: int) -> Tensor:
        w_ih, w_hh, b_ih, b_hh = self.parameters_of(layer)
        return gru_scan(linear(below, w_ih, b_ih), begin, w_hh, b_hh)
