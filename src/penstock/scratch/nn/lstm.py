"""Long short-term memory: a cell that gates guard (Hochreiter and Schmidhuber 1997; Gers 2000)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.shaping import stack
from penstock.scratch.autograd.tensor import Tensor, record_jointly
from penstock.scratch.nn.linear import linear
from penstock.scratch.nn.recurrent import Recurrent


def lstm_scan(projected: Tensor, hidden: Tensor, cell: Tensor, weight: Tensor) -> Tensor:
    """All states of a layer, one node of the graph for all steps.

    With aₜ + U hₜ₋₁ in four blocks: i, f, o = σ(·) and g = tanh(·);
    cₜ = f·cₜ₋₁ + i·g, hₜ = o·tanh(cₜ). Since σ(x) = (1 + tanh(x/2))/2, one tanh serves all four
    blocks: rows of i, f and o are halved beforehand, once for all steps.

    Args:
        projected: a, what the input and the biases add (T, N, 4H), blocks i, f, g, o.
        hidden: h₀ (N, H).
        cell: c₀ (N, H).
        weight: U (4H, H).

    Returns:
        (T + 1, N, H): h₁ … h_T, and c_T after them.
    """
    steps, batch, width = len(projected.data), *hidden.shape
    half = np.full(4 * width, 0.5, projected.dtype)
    half[2 * width : 3 * width] = 1
    recurrent = np.ascontiguousarray((weight.data * half[:, None]).T)
    gates = projected.data * half
    states = np.empty((steps + 1, batch, width), gates.dtype)
    cells, bent = np.empty_like(states), np.empty_like(states)
    states[0], cells[0] = hidden.data, cell.data
    product, rest = np.empty_like(gates[0]), 1 - half
    for t in range(steps):
        gate, here = gates[t], cells[t + 1]
        gate += np.matmul(states[t], recurrent, out=product)
        np.tanh(gate, out=gate)
        gate *= half
        gate += rest
        i, f, g, o = _blocks(gate, width)
        np.multiply(f, cells[t], out=here)
        here += i * g
        np.tanh(here, out=bent[t + 1])
        np.multiply(o, bent[t + 1], out=states[t + 1])

    def pull(grad: Array) -> tuple[Array, Array, Array, Array]:
        back = np.empty_like(gates)
        d_h, d_c = np.zeros_like(states[0]), grad[-1].copy()
        for t in reversed(range(steps)):
            d_h += grad[t]
            i, f, g, o = _blocks(gates[t], width)
            to_i, to_f, to_g, to_o = _blocks(back[t], width)
            np.multiply(d_h, bent[t + 1], out=to_o)
            d_h *= o
            d_h *= 1 - bent[t + 1] ** 2
            d_c += d_h
            np.multiply(d_c, g, out=to_i)
            np.multiply(d_c, cells[t], out=to_f)
            np.multiply(d_c, i, out=to_g)
            slope = gates[t] * (1 - gates[t])  # of σ; of tanh in block g
            np.subtract(1, g * g, out=_blocks(slope, width)[2])
            back[t] *= slope
            d_c *= f
            np.matmul(back[t], weight.data, out=d_h)
        d_weight = back.reshape(-1, 4 * width).T @ states[:-1].reshape(-1, width)
        return back, d_h, d_c, d_weight

    out = np.concatenate([states[1:], cells[-1:]])
    return record_jointly(out, "lstm", (projected, hidden, cell, weight), pull)


def _blocks(rows: Array, width: int) -> tuple[Array, Array, Array, Array]:
    i, f, g, o = (rows[:, block * width : (block + 1) * width] for block in range(4))
    return i, f, g, o


class LSTM(Recurrent):
    """Layers of `lstm_scan`; blocks of the weights in the order i, f, g, o."""

    gates = 4

    def forward(
        self, x: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Run over sequences.

        Args:
            x: (T, N, inputs).
            state: h and c, (layers, N, hidden) each; zeros by default.

        Returns:
            The top layer's h (T, N, hidden), and every layer's last h and c (layers, N, hidden).
        """
        below, steps = self.checked(x), len(x.data)
        hidden, cell = (self.start(x, one) for one in state or (None, None))
        last_h, last_c = [], []
        for layer in range(self.layers):
            w_ih, w_hh, b_ih, b_hh = self.parameters_of(layer)
            projected = linear(below, w_ih, b_ih + b_hh)
            both = lstm_scan(projected, hidden[layer], cell[layer], w_hh)
            below = both[:steps]
            last_h.append(below[-1])
            last_c.append(both[steps])
        return below, (stack(last_h), stack(last_c))
