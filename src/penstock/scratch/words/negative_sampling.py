"""The loss of both models and its gradients (Mikolov et al. 2013b, equation 4).

-log σ(h·v) - Σ log σ(-h·u): what is seen together is drawn together, what was drawn at random is
pushed apart.
"""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array


def loss_and_gradients(
    hidden: Array, positive: Array, negative: Array
) -> tuple[float, Array, Array, Array]:
    """The mean loss of a batch, and its gradients by the three.

    Args:
        hidden: h, (B, size): of the word, or the mean of its neighbours.
        positive: v, (B, size): of what was seen with it.
        negative: u, (B, K, size): of what was drawn.
    """
    near = np.einsum("bd,bd->b", hidden, positive)
    far = np.einsum("bd,bkd->bk", hidden, negative)
    loss = np.logaddexp(0, -near) + np.logaddexp(0, far).sum(axis=1)
    pull, push = sigmoid(near) - 1, sigmoid(far)
    of_hidden = pull[:, None] * positive + np.einsum("bk,bkd->bd", push, negative)
    of_positive = pull[:, None] * hidden
    of_negative = push[:, :, None] * hidden[:, None, :]
    rows = len(hidden)
    return float(loss.mean()), of_hidden / rows, of_positive / rows, of_negative / rows


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))
