"""A net over windows: the latest rows of an entity, its own last, less where there are fewer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from penstock.models.training.dense import Standardise

EXPLAINED = 8192  # windows that `rely` looks at


class Reader(nn.Module, ABC):
    """Turns a window into one vector.

    Attributes:
        size: length of that vector.
    """

    size: int

    @abstractmethod
    def forward(self, values: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """What was read, shape (rows, size); of places where no row is, nothing.

        Args:
            values: standardised inputs, shape (rows, length, inputs); 0 where no row is.
            there: whether there is a row, bool [rows, length]; always at the last place.
        """


class SequenceBody(nn.Module):
    """What a reader made of a window, and the row itself, through layers of ReLU to one logit."""

    def __init__(self, inputs: int, reader: Reader, hidden: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.reader = reader
        layers: list[nn.Module] = []
        before = reader.size + inputs
        for width in hidden:
            layers += [nn.Linear(before, width), nn.ReLU(), nn.Dropout(dropout)]
            before = width
        self.head = nn.Sequential(*layers, nn.Linear(before, 1), nn.Flatten(0))

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """Logits of shape (rows,) from what `SequenceNet.prepare` made."""
        values, there = given[..., :-1], given[..., -1] > 0
        logits: torch.Tensor = self.head(
            torch.cat([self.reader(values, there), values[:, -1]], dim=1)
        )
        return logits


class SequenceNet(nn.Module):
    """Standardised windows through a body to one logit a row.

    `body` takes what `prepare` made, so that training does that once and not every batch.

    Attributes:
        relied: what the loss owes to each input, not negative; set by `rely`.
    """

    relied: torch.Tensor

    def __init__(self, inputs: int, reader: Reader, hidden: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.standardise = Standardise(inputs)
        self.body = SequenceBody(inputs, reader, hidden, dropout)
        self.register_buffer("relied", torch.zeros(inputs, dtype=torch.float64))

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Logits of shape (rows,) from windows (rows, length, inputs + 1), the last: whether."""
        logits: torch.Tensor = self.body(self.prepare(windows))
        return logits

    def prepare(self, windows: torch.Tensor) -> torch.Tensor:
        """The same windows with standardised inputs, 0 where no row is."""
        there = windows[..., -1:]
        values = torch.where(there > 0, self.standardise(windows[..., :-1]), 0.0)
        return torch.cat([values, there], dim=2)

    @torch.no_grad()
    def rely(self, given: torch.Tensor, target: torch.Tensor) -> None:
        """Take how much the mean loss grows when an input is dealt anew among the windows.

        Permutation importance (Breiman 2001, section 10); an input keeps its order in a window.

        Args:
            given: what `prepare` made of some rows.
            target: their labels as float32 zeros and ones.
        """
        step = -(-len(given) // EXPLAINED)
        given, target = given[::step], target[::step]
        dealt = given[torch.randperm(len(given), generator=torch.Generator().manual_seed(0))]
        known = binary_cross_entropy_with_logits(self.body(given), target)
        for column in range(len(self.relied)):
            other = given.clone()
            other[..., column] = dealt[..., column] * given[..., -1]
            lost = binary_cross_entropy_with_logits(self.body(other), target) - known
            self.relied[column] = lost.clamp(min=0)
