"""What RNN, LSTM and GRU share: parameters by layer, and all inputs multiplied at once.

Sequences are time first, (T, N, …), so that a step is one block of memory. What the input adds to
a step does not depend on the steps before, so one matrix product serves all T of them; only the
recurrent product remains inside the loop (Appleyard, Kočiský and Blunsom 2016).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from penstock.scratch.autograd.shaping import stack
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.initialisers import uniform
from penstock.scratch.nn.module import Module, Parameter


class Recurrent(Module):
    """Layers of one recurrent kind, each fed with the states of the one below.

    Attributes:
        gates: blocks of `hidden` rows in a layer's weights.
        weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0: of the lowest layer, as in torch:
            (gates·hidden, inputs), (gates·hidden, hidden) and twice (gates·hidden,).
    """

    gates: ClassVar[int]

    def __init__(self, inputs: int, hidden: int, rng: np.random.Generator, layers: int = 1) -> None:
        if min(inputs, hidden, layers) < 1:
            came = f"inputs {inputs}, hidden {hidden}, layers {layers}"
            raise SettingError(type(self).__name__, "numbers from 1", came)
        self.inputs, self.hidden, self.layers = inputs, hidden, layers
        rows, draw = self.gates * hidden, uniform(hidden**-0.5)
        for layer in range(layers):
            below = hidden if layer else inputs
            for name, shape in (
                ("weight_ih", (rows, below)),
                ("weight_hh", (rows, hidden)),
                ("bias_ih", (rows,)),
                ("bias_hh", (rows,)),
            ):
                setattr(self, f"{name}_l{layer}", Parameter(draw(shape, rng), np.float32))

    def parameters_of(self, layer: int) -> tuple[Parameter, Parameter, Parameter, Parameter]:
        """weight_ih, weight_hh, bias_ih, bias_hh."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        one, two, three, four = (getattr(self, f"{name}_l{layer}") for name in names)
        return one, two, three, four

    def checked(self, x: Tensor) -> Tensor:
        """x, if it is (T, N, inputs) with T ≥ 1."""
        if len(x.shape) != 3 or x.shape[2] != self.inputs or not x.shape[0]:
            raise ShapeError(type(self).__name__, f"an input (T, N, {self.inputs})", x.shape)
        return x

    def start(self, x: Tensor, state: Tensor | None) -> Tensor:
        """The given state (layers, N, hidden), or zeros."""
        shape = (self.layers, x.shape[1], self.hidden)
        if state is None:
            return Tensor(np.zeros(shape, x.dtype))
        if state.shape != shape:
            raise ShapeError(type(self).__name__, f"a state {shape}", state.shape)
        return state


class OneState(Recurrent):
    """A recurrent kind whose state is what it gives on: plain and gated recurrent units."""

    def scan(self, below: Tensor, begin: Tensor, layer: int) -> Tensor:
        """The states (T, N, hidden) of a layer over what is below it, from `begin` (N, hidden)."""
        raise NotImplementedError

    def forward(self, x: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Run over sequences.

        Args:
            x: (T, N, inputs).
            state: (layers, N, hidden); zeros by default.

        Returns:
            The top layer's states (T, N, hidden), and every layer's last (layers, N, hidden).
        """
        below, begin, last = self.checked(x), self.start(x, state), []
        for layer in range(self.layers):
            below = self.scan(below, begin[layer], layer)
            last.append(below[-1])
        return below, stack(last)
