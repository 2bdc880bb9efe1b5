"""The torch nets: a perceptron, LeNet, the plain convolutional net and the residual one.

Each takes images (N, 1, 28, 28) as float32 in [0, 1] and gives logits (N, classes). `shown` names
the modules whose results are its feature maps, in the order of the net.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

SIDE = 28


class MLP(nn.Module):
    """Linear layers with ReLU between them; parameters bear the names of the NumPy net's."""

    shown: tuple[str, ...] = ()

    def __init__(self, widths: Sequence[int], dropout: float = 0.0) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(*pair) for pair in pairwise(widths))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = self.dropout(torch.relu(layer(x)))
        logits: torch.Tensor = self.layers[-1](x)
        return logits


class LeNet(nn.Module):
    """LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998, figure 2); names as in the NumPy net.

    `classic` bends by tanh and takes the mean of a window, as in 1998; else ReLU and the largest.
    As nets are built since, every channel is seen by every filter, and the end is linear.
    """

    shown = ("conv1", "conv2")

    def __init__(self, classes: int, classic: bool = False) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = (
            nn.Linear(400, 120),
            nn.Linear(120, 84),
            nn.Linear(84, classes),
        )
        self.bend = torch.tanh if classic else torch.relu
        self.pool = nn.functional.avg_pool2d if classic else nn.functional.max_pool2d

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.bend(self.pool(self.conv1(x), 2))
        x = self.bend(self.pool(self.conv2(x), 2)).flatten(1)
        logits: torch.Tensor = self.fc3(self.bend(self.fc2(self.bend(self.fc1(x)))))
        return logits


class Convolution(nn.Sequential):
    """3 × 3 with a margin of 1, halved where it is asked for, batch norm likewise, ReLU.

    Halving comes first: what follows has a quarter of the work.
    """

    def __init__(
        self, inputs: int, outputs: int, batch_norm: bool = True, halved: bool = False
    ) -> None:
        pool = [nn.MaxPool2d(2)] if halved else []
        norm = [nn.BatchNorm2d(outputs)] if batch_norm else []
        convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=not batch_norm)
        super().__init__(convolution, *pool, *norm, nn.ReLU())


class CNN(nn.Module):
    """A convolution for each width, each halved by max pooling, then a hidden layer and dropout."""

    def __init__(
        self, classes: int, widths: Sequence[int], hidden: int, dropout: float, batch_norm: bool
    ) -> None:
        super().__init__()
        sizes = [1, *widths]
        self.features = nn.Sequential(
            *(Convolution(*pair, batch_norm, halved=True) for pair in pairwise(sizes))
        )
        side = SIDE >> len(widths)
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(widths[-1] * side * side, hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, classes),
        )
        self.shown = tuple(f"features.{place}" for place in range(len(widths)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.head(self.features(x))
        return logits


class Residual(nn.Module):
    """x + F(x), F two convolutions (He, Zhang, Ren and Sun 2016, figure 2)."""

    def __init__(self, width: int, batch_norm: bool = True) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            Convolution(width, width, batch_norm), Convolution(width, width, batch_norm)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        total: torch.Tensor = x + self.branch(x)
        return total


class ResNet9(nn.Module):
    """Nine layers: four convolutions, two residual pairs, one linear (Page 2018, DAWNBench).

    Logits are scaled by 1/8: what is largest in a channel would say too much at first.
    """

    shown = ("stem", "first", "second", "third")

    def __init__(self, classes: int, widths: Sequence[int], batch_norm: bool) -> None:
        super().__init__()
        a, b, c, d = widths
        self.stem = Convolution(1, a, batch_norm)
        self.first = nn.Sequential(Convolution(a, b, batch_norm, True), Residual(b, batch_norm))
        self.second = Convolution(b, c, batch_norm, True)
        self.third = nn.Sequential(Convolution(c, d, batch_norm, True), Residual(d, batch_norm))
        self.output = nn.Linear(d, classes, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.third(self.second(self.first(self.stem(x))))
        logits: torch.Tensor = self.output(x.amax(dim=(2, 3))) / 8
        return logits
