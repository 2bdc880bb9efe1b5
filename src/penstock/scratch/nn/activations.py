"""The bends between linear layers, each with its derivative."""

from __future__ import annotations

import math

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor, record

GELU_SCALE, GELU_CUBIC = math.sqrt(2 / math.pi), 0.044715


def relu(x: Tensor) -> Tensor:
    """max(0, x); derivative 1 above 0, else 0 (Nair and Hinton 2010)."""
    y = np.maximum(x.data, 0)
    return record(y, "relu", (x, lambda grad: grad * (y > 0)))


def leaky_relu(x: Tensor, slope: float = 0.01) -> Tensor:
    """X above 0, else slope·x: no unit is ever without gradient (Maas et al. 2013)."""
    steepness = np.where(x.data > 0, 1, slope).astype(x.dtype)
    return record(x.data * steepness, "leaky_relu", (x, lambda grad: grad * steepness))


def sigmoid(x: Tensor) -> Tensor:
    """σ(x) = 1 / (1 + e⁻ˣ); derivative σ(1 - σ), 1/4 at most."""
    y = logistic(x.data)
    return record(y, "sigmoid", (x, lambda grad: grad * y * (1 - y)))


def tanh(x: Tensor) -> Tensor:
    """Tanh x = 2σ(2x) - 1; derivative 1 - tanh²."""
    y = np.tanh(x.data)
    return record(y, "tanh", (x, lambda grad: grad * (1 - y * y)))


def gelu(x: Tensor) -> Tensor:
    """x·Φ(x) with Φ by a tanh: x/2 · (1 + tanh(√(2/π)(x + 0.044715x³)))  (Hendrycks 2016)."""
    data = x.data
    t = np.tanh(GELU_SCALE * (data + GELU_CUBIC * data**3))

    def share(grad: Array) -> Array:
        inner = GELU_SCALE * (1 + 3 * GELU_CUBIC * data**2)
        slope: Array = 0.5 * (1 + t) + 0.5 * data * (1 - t * t) * inner
        return grad * slope

    return record(0.5 * data * (1 + t), "gelu", (x, share))


def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """pᵢ = eˣⁱ / Σeˣʲ over `axis`; the gradient is p · (g - Σg·p).

    The largest x is taken off first, which changes nothing but the range of the exponentials.
    """
    p = np.exp(x.data - x.data.max(axis=axis, keepdims=True))
    p /= p.sum(axis=axis, keepdims=True)
    return record(
        p, "softmax", (x, lambda grad: p * (grad - (grad * p).sum(axis=axis, keepdims=True)))
    )


def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """Ln of the softmax over `axis`, finite where the softmax itself underflows."""
    y = log_probabilities(x.data, axis)
    return record(
        y,
        "log_softmax",
        (x, lambda grad: grad - np.exp(y) * grad.sum(axis=axis, keepdims=True)),
    )


def logistic(x: Array) -> Array:
    """σ(x) = (1 + tanh(x/2)) / 2: no exponential that could overflow."""
    half: Array = 0.5 * (1 + np.tanh(0.5 * x))
    return half


def log_probabilities(x: Array, axis: int = -1) -> Array:
    """X - ln Σeˣ over `axis`."""
    shifted: Array = x - x.max(axis=axis, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return shifted
