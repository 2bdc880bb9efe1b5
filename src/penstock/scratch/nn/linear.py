"""A weighted sum of all inputs for every output."""

from __future__ import annotations

import numpy as np

from penstock.scratch.autograd.tensor import Tensor, record
from penstock.scratch.errors import ShapeError
from penstock.scratch.nn.initialisers import Initialiser, lecun_uniform, uniform
from penstock.scratch.nn.module import Module, Parameter


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Y = x Wᵀ + b; with g = dL/dy: dL/dx = g W, dL/dW = gᵀ x, dL/db = Σ g.

    All leading axes are one long axis to the three matrix products.

    Args:
        x: (…, inputs).
        weight: (outputs, inputs).
        bias: (outputs,) or None.

    Returns:
        (…, outputs).

    Raises:
        ShapeError: the last axis of x is not `inputs`.
    """
    outputs, inputs = weight.shape
    if x.shape[-1:] != (inputs,):
        raise ShapeError("linear", f"an input (…, {inputs})", x.shape)
    rows, w = x.data.reshape(-1, inputs), weight.data
    y = rows @ w.T
    if bias is not None:
        y += bias.data
    edges = [
        (x, lambda grad: (grad.reshape(-1, outputs) @ w).reshape(x.shape)),
        (weight, lambda grad: grad.reshape(-1, outputs).T @ rows),
    ]
    if bias is not None:
        edges.append((bias, lambda grad: grad.reshape(-1, outputs).sum(axis=0)))
    return record(y.reshape(*x.shape[:-1], outputs), "linear", *edges)


class Linear(Module):
    """`linear` with a weight and a bias of its own."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        rng: np.random.Generator,
        bias: bool = True,
        init: Initialiser = lecun_uniform,
    ) -> None:
        self.weight = Parameter(init((outputs, inputs), rng), np.float32)
        self.bias = None
        if bias:
            self.bias = Parameter(uniform(inputs**-0.5)((outputs,), rng), np.float32)

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight, self.bias)
