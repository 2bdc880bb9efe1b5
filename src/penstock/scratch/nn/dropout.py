"""Units left out at random while training."""

from __future__ import annotations

import numpy as np

from penstock.scratch.autograd.tensor import Tensor, record
from penstock.scratch.errors import SettingError
from penstock.scratch.nn.module import Module


class Dropout(Module):
    """Each number is 0 with chance p, else divided by 1 - p, so that its mean stays.

    In use nothing is dropped (Srivastava et al. 2014, inverted). The variance of an input x grows
    by x² · p / (1 - p).
    """

    def __init__(self, p: float, rng: np.random.Generator) -> None:
        if not 0 <= p < 1:
            raise SettingError("Dropout", "a chance from 0 to below 1", p)
        self.p, self.rng = p, rng

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        kept = self.rng.random(x.shape, dtype=np.float32) >= self.p
        scale = kept * x.dtype.type(1 / (1 - self.p))
        return record(x.data * scale, "dropout", (x, lambda grad: grad * scale))
