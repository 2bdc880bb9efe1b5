"""A feed-forward net."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.activations import relu
from penstock.scratch.nn.dropout import Dropout
from penstock.scratch.nn.initialisers import Initialiser, he_uniform
from penstock.scratch.nn.linear import Linear
from penstock.scratch.nn.module import Module


class MLP(Module):
    """Linear layers with a bend after each but the last.

    Attributes:
        layers: `layers.0.weight` and so on in the state.
    """

    def __init__(
        self,
        widths: Sequence[int],
        rng: np.random.Generator,
        activation: Callable[[Tensor], Tensor] = relu,
        dropout: float = 0.0,
        init: Initialiser = he_uniform,
    ) -> None:
        """Widths run from the inputs to the outputs, as (784, 256, 10)."""
        if len(widths) < 2:
            raise SettingError("MLP", "widths of inputs and outputs at least", tuple(widths))
        pairs = pairwise(widths)
        self.layers = [Linear(inputs, outputs, rng, init=init) for inputs, outputs in pairs]
        self.activation = activation
        self.dropout = Dropout(dropout, rng)

    def forward(self, x: Tensor) -> Tensor:
        """(N, …) with as many numbers a row as inputs; logits (N, outputs)."""
        inputs = self.layers[0].weight.shape[1]
        if x.data.size != len(x.data) * inputs:
            raise ShapeError("MLP", f"rows of {inputs} numbers", x.shape)
        x = x.reshape(len(x.data), inputs)
        for layer in self.layers[:-1]:
            x = self.dropout(self.activation(layer(x)))
        logits: Tensor = self.layers[-1](x)
        return logits
