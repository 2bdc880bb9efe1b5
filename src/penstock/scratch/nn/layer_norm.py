"""Each row standardised over its own numbers."""

from __future__ import annotations

import numpy as np

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError
from penstock.scratch.nn.module import Module, Parameter
from penstock.scratch.nn.standardise import standardise


class LayerNorm(Module):
    """y = γ·x̂ + β, x̂ standardised over the last axis; no batch takes part (Ba et al. 2016)."""

    def __init__(self, width: int, eps: float = 1e-5) -> None:
        self.weight = Parameter(np.ones(width), np.float32)
        self.bias = Parameter(np.zeros(width), np.float32)
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """(…, width), the same out.

        Raises:
            ShapeError: the last axis differs.
        """
        if x.shape[-1:] != self.weight.shape:
            raise ShapeError("LayerNorm", f"an input (…, {self.weight.shape[0]})", x.shape)
        standard, _, _ = standardise(x, (len(x.shape) - 1,), self.eps)
        return standard * self.weight + self.bias
