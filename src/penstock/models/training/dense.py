"""A feed-forward net that standardises what it is given."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


class Standardise(nn.Module):
    """(x − mean) / scale per input; both are buffers, kept with the weights."""

    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("scale", torch.ones(inputs))

    def learn(self, rows: torch.Tensor) -> None:
        """Take mean and standard deviation of `rows`, shape (rows, inputs), in double precision."""
        exact = rows.double()
        deviation = exact.std(dim=0, correction=0)
        self.mean.copy_(exact.mean(dim=0))
        self.scale.copy_(torch.where(deviation > 0, deviation, 1.0))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return (rows - self.mean) / self.scale


class DenseNet(nn.Module):
    """Standardised inputs through layers of ReLU and dropout to one logit a row.

    `body` takes what `standardise` made, so that training does that once and not every batch.
    """

    def __init__(self, inputs: int, hidden: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.standardise = Standardise(inputs)
        layers: list[nn.Module] = []
        for width in hidden:
            layers += [nn.Linear(inputs, width), nn.ReLU(), nn.Dropout(dropout)]
            inputs = width
        self.body = nn.Sequential(*layers, nn.Linear(inputs, 1), nn.Flatten(0))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Logits of shape (rows,) from raw inputs of shape (rows, inputs)."""
        logits: torch.Tensor = self.body(self.standardise(rows))
        return logits
