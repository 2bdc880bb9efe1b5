"""How signals and gradients grow or die with depth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.nn.initialisers import Initialiser
from penstock.scratch.nn.linear import linear


@dataclass(frozen=True)
class Depths:
    """By layer, the lowest first.

    Attributes:
        signal: mean square of what each layer gives.
        gradient: mean square of the gradient by what each layer got.
    """

    signal: list[float]
    gradient: list[float]


def through_depth(
    layers: int,
    width: int,
    activation: Callable[[Tensor], Tensor],
    init: Initialiser,
    rng: np.random.Generator,
    rows: int = 64,
) -> Depths:
    """Send N(0, 1) through `layers` square layers without biases, and N(0, 1) back as gradient.

    A layer multiplies both mean squares by width·Var(w)·c, c being the share that the activation
    lets through: 1 for the identity, 1/2 for ReLU, less than 1 for tanh beyond its linear middle.
    Where this is not 1, both vanish or explode with its power (Glorot and Bengio 2010, equations 5
    and 6; He et al. 2015, equations 7 and 14).

    Args:
        layers: how many.
        width: inputs and outputs of each.
        activation: after each layer.
        init: of the weights.
        rng: draws weights, inputs and the gradient at the end.
        rows: inputs to average over.
    """
    x = Tensor(rng.normal(size=(rows, width)))
    inputs, signal = [], []
    for _ in range(layers):
        # A leaf for each layer: the walk hands leaves their gradients, and goes on by hand.
        here = Tensor(x.data, requires_grad=True)
        out = activation(linear(here, Tensor(init((width, width), rng))))
        inputs.append((here, out))
        signal.append(float(np.mean(out.data**2)))
        x = out
    flowing = rng.normal(size=(rows, width))
    gradient = []
    for here, out in reversed(inputs):
        out.backward(flowing)
        assert here.grad is not None, "the walk reached the layer's input"
        flowing = here.grad
        gradient.append(float(np.mean(flowing**2)))
    return Depths(signal, gradient[::-1])
