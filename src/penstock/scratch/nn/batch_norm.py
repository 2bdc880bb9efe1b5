"""Each channel standardised over the batch."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError
from penstock.scratch.nn.module import Module, Parameter
from penstock.scratch.nn.standardise import standardise


class BatchNorm(Module):
    """y = γ·x̂ + β, x̂ standardised per channel (Ioffe and Szegedy 2015).

    In training by the batch's own mean and variance, which also move the running ones; in use by
    the running ones. The running variance takes n / (n - 1) of the batch's, as torch's does.

    Attributes:
        weight, bias: γ and β (channels,).
        running_mean, running_var: (channels,).
    """

    buffers = ("running_mean", "running_var", "num_batches_tracked")

    def __init__(self, channels: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        self.weight = Parameter(np.ones(channels), np.float32)
        self.bias = Parameter(np.zeros(channels), np.float32)
        self.running_mean: Array = np.zeros(channels, np.float32)
        self.running_var: Array = np.ones(channels, np.float32)
        self.num_batches_tracked: Array = np.array(0)
        self.eps, self.momentum = eps, momentum

    def forward(self, x: Tensor) -> Tensor:
        """(N, C) or (N, C, H, W), the same out.

        Raises:
            ShapeError: other channels, or one value a channel in training.
        """
        channels = len(self.running_mean)
        if len(x.shape) not in {2, 4} or x.shape[1] != channels:
            expected = f"an input (N, {channels}) or (N, {channels}, H, W)"
            raise ShapeError("BatchNorm", expected, x.shape)
        view = (1, channels) + (1,) * (len(x.shape) - 2)
        if self.training:
            standard = self._by_batch(x)
        else:
            scale = 1 / np.sqrt(self.running_var + self.eps)
            standard = (x - self.running_mean.reshape(view)) * scale.reshape(view)
        return standard * self.weight.reshape(*view) + self.bias.reshape(*view)

    def _by_batch(self, x: Tensor) -> Tensor:
        each = x.data.size // x.shape[1]
        if each < 2:
            raise ShapeError("BatchNorm", "two values a channel at least in training", x.shape)
        axes = (0, *range(2, len(x.shape)))
        standard, mean, variance = standardise(x, axes, self.eps)
        old, new = 1 - self.momentum, self.momentum
        self.running_mean = old * self.running_mean + new * mean.reshape(-1)
        self.running_var = old * self.running_var + new * each / (each - 1) * variance.reshape(-1)
        self.num_batches_tracked = self.num_batches_tracked + 1
        return standard
