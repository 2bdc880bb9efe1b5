"""Mean 0 and variance 1 over some axes: what batch norm and layer norm share."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor, record


def standardise(x: Tensor, axes: tuple[int, ...], eps: float) -> tuple[Tensor, Array, Array]:
    """x̂ = (x - μ) / √(σ² + ε), mean μ and variance σ² (over n, not n - 1) of `axes`.

    μ and σ depend on x too; all three ways together (Ioffe and Szegedy 2015, section 3):
    dL/dx = (g - mean(g) - x̂ · mean(g · x̂)) / √(σ² + ε).

    Returns:
        x̂ of x's shape, μ and σ² with `axes` of size 1.
    """
    mean = x.data.mean(axis=axes, keepdims=True)
    y = x.data - mean
    variance = np.mean(y * y, axis=axes, keepdims=True)
    scale = 1 / np.sqrt(variance + eps)
    y *= scale

    def share(grad: Array) -> Array:
        along = np.mean(grad * y, axis=axes, keepdims=True)
        back: Array = scale * (grad - grad.mean(axis=axes, keepdims=True) - y * along)
        return back

    return record(y, "standardise", (x, share)), mean, variance
