"""A query's answer: values, weighted by how well their keys fit it (Vaswani et al. 2017, 3.2.1)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.functions import where
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.activations import softmax
from penstock.scratch.nn.dropout import Dropout


def scaled_dot_product(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Array | None = None,
    dropout: Dropout | None = None,
) -> tuple[Tensor, Tensor]:
    """softmax(Q Kᵀ / √d) V.

    The sum of d products of unit variance has variance d; divided by √d it leaves the softmax
    where it still has a gradient.

    Args:
        query: (…, T, d).
        key: (…, S, d).
        value: (…, S, e).
        mask: booleans that broadcast to (…, T, S), true where a query may look.
        dropout: acts on the weights.

    Returns:
        Answers (…, T, e) and the weights (…, T, S), each row of which sums to 1 before dropout.

    Raises:
        ShapeError: the shapes do not fit together.
        SettingError: a query may look nowhere, so that it has no answer.
    """
    if query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        came = f"{query.shape}, {key.shape} and {value.shape}"
        raise ShapeError("attention", "query (…, T, d), key (…, S, d), value (…, S, e)", came)
    scores = query @ key.swapaxes(-1, -2) * query.shape[-1] ** -0.5
    if mask is not None:
        if not mask.any(axis=-1).all():
            raise SettingError("attention", "one place at least for each query to look", "none")
        scores = where(mask, scores, Tensor(np.array(-np.inf, scores.dtype)))
    weights = softmax(scores)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights


def causal_mask(steps: int) -> Array:
    """(steps, steps), true where the key is no later than the query."""
    return np.tri(steps, dtype=bool)


def padding_mask(lengths: Array, steps: int) -> Array:
    """(N, 1, 1, steps), true where a key belongs to the sequence, `lengths` (N,) long.

    Raises:
        SettingError: a length is not from 1 to `steps`.
    """
    if lengths.min() < 1 or lengths.max() > steps:
        came = f"{lengths.min()} … {lengths.max()}"
        raise SettingError("padding_mask", f"lengths from 1 to {steps}", came)
    inside: Array = np.arange(steps) < lengths[:, None]
    return inside[:, None, None, :]
