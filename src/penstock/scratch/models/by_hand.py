"""A net of two layers with back-propagation written out: the chain rule, line by line.

No tensors and no graph: what `autograd` does by itself stands here as algebra, and a test holds
the two equal (Rumelhart, Hinton and Williams 1986).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import ShapeError


class Weights(NamedTuple):
    """Of both layers; also the form of their gradients.

    Attributes:
        w1, b1: (hidden, inputs) and (hidden,).
        w2, b2: (classes, hidden) and (classes,).
    """

    w1: Array
    b1: Array
    w2: Array
    b2: Array


def begin(inputs: int, hidden: int, classes: int, rng: np.random.Generator) -> Weights:
    """Weights by Xavier's rule, biases 0."""
    a, b = np.sqrt(6 / (inputs + hidden)), np.sqrt(6 / (hidden + classes))
    w1, w2 = rng.uniform(-a, a, (hidden, inputs)), rng.uniform(-b, b, (classes, hidden))
    return Weights(w1, np.zeros(hidden), w2, np.zeros(classes))


def forward(weights: Weights, x: Array) -> tuple[Array, Array]:
    """Activations h = tanh(x W₁ᵀ + b₁) and probabilities p = softmax(h W₂ᵀ + b₂).

    Args:
        weights: of both layers.
        x: (N, inputs).

    Returns:
        h (N, hidden) and p (N, classes).
    """
    if x.ndim != 2 or x.shape[1] != weights.w1.shape[1]:
        raise ShapeError("by_hand", f"an input (N, {weights.w1.shape[1]})", x.shape)
    h = np.tanh(x @ weights.w1.T + weights.b1)
    scores = h @ weights.w2.T + weights.b2
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return h, p / p.sum(axis=1, keepdims=True)


def loss_and_gradients(weights: Weights, x: Array, y: Array) -> tuple[float, Weights]:
    """Mean cross-entropy L = -1/N Σ ln p[y], and dL/dW of all weights.

    Backwards, with δ for dL/d(what a layer's bend gets):
    δ₂ = (p - onehot(y)) / N;  dW₂ = δ₂ᵀ h;  db₂ = Σ δ₂;
    δ₁ = (δ₂ W₂) · (1 - h²);   dW₁ = δ₁ᵀ x;  db₁ = Σ δ₁.

    Args:
        weights: of both layers.
        x: (N, inputs).
        y: classes (N,).
    """
    h, p = forward(weights, x)
    rows = np.arange(len(x))
    loss = -np.log(p[rows, y]).mean()
    delta2 = p.copy()
    delta2[rows, y] -= 1
    delta2 /= len(x)
    delta1 = (delta2 @ weights.w2) * (1 - h * h)
    gradients = Weights(delta1.T @ x, delta1.sum(0), delta2.T @ h, delta2.sum(0))
    return float(loss), gradients


def train(
    weights: Weights, x: Array, y: Array, learning_rate: float, steps: int
) -> tuple[Weights, list[float]]:
    """Gradient descent on all rows at once; the weights after it, and the loss before each step."""
    losses = []
    for _ in range(steps):
        loss, gradients = loss_and_gradients(weights, x, y)
        losses.append(loss)
        moved = zip(weights, gradients, strict=True)
        weights = Weights(*(w - learning_rate * gradient for w, gradient in moved))
    return weights, losses
