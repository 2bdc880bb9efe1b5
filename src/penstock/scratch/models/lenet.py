"""LeNet-5 for images of 28 × 28 (LeCun, Bottou, Bengio and Haffner 1998, figure 2)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError
from penstock.scratch.nn.activations import relu
from penstock.scratch.nn.convolution import Conv2d
from penstock.scratch.nn.initialisers import he_uniform
from penstock.scratch.nn.linear import Linear
from penstock.scratch.nn.module import Module
from penstock.scratch.nn.pooling import max_pool2d


class LeNet(Module):
    """Two convolutions of 5 × 5, each pooled by 2, then 120, 84 and the classes; 61,706 numbers.

    As nets are built since, not as in 1998: ReLU for tanh, the largest of a window for its mean,
    every channel seen by every filter, a linear end. Pooling comes before ReLU: the result is the
    same, at a quarter of the work.
    """

    def __init__(self, rng: np.random.Generator, classes: int = 10) -> None:
        self.conv1 = Conv2d(1, 6, 5, rng, padding=2, init=he_uniform)
        self.conv2 = Conv2d(6, 16, 5, rng, init=he_uniform)
        self.fc1 = Linear(400, 120, rng, init=he_uniform)
        self.fc2 = Linear(120, 84, rng, init=he_uniform)
        self.fc3 = Linear(84, classes, rng)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 1, 28, 28); logits (N, classes)."""
        x = relu(max_pool2d(self.feature_maps(x)["conv2"], 2))
        x = relu(self.fc1(x.reshape(len(x.data), 400)))
        logits: Tensor = self.fc3(relu(self.fc2(x)))
        return logits

    def feature_maps(self, x: Tensor) -> dict[str, Tensor]:
        """What the convolutions make of (N, 1, 28, 28): (N, 6, 28, 28) and (N, 16, 10, 10)."""
        if x.shape[1:] != (1, 28, 28):
            raise ShapeError("LeNet", "images (N, 1, 28, 28)", x.shape)
        first = self.conv1(x)
        return {"conv1": first, "conv2": self.conv2(relu(max_pool2d(first, 2)))}
