"""Readers of windows: convolution, a recurrent net with and without attention, self-attention."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn
from torch.nn import functional

from penstock.models.classification.parts.sequence_net import Reader


class ConvolutionReader(Reader):
    """Filters slide over neighbouring rows, none looking ahead.

    What is kept of each: its highest answer in the window, and the one at the row itself. A filter
    is a linear layer over neighbours laid side by side, which took 0.6 of the time of `Conv1d`.
    """

    def __init__(self, inputs: int, filters: int, width: int, layers: int) -> None:
        super().__init__()
        self.width, self.size = width, 2 * filters
        channels = [inputs, *[filters] * (layers - 1)]
        self.layers: Iterable[nn.Module] = nn.ModuleList(
            [nn.Linear(width * before, filters) for before in channels]
        )

    def forward(self, values: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        known, answers, length = there[..., None], values, values.shape[1]
        for layer in self.layers:
            before = functional.pad(answers, (0, 0, self.width - 1, 0))
            beside = [before[:, back : back + length] for back in range(self.width)]
            # ReLU leaves nothing below 0, so that places without a row never are the highest.
            answers = layer(torch.cat(beside, dim=2)).relu() * known
        return torch.cat([answers.amax(dim=1), answers[:, -1]], dim=1)


class RecurrentReader(Reader):
    """Long short-term memory (Hochreiter and Schmidhuber 1997): its state after the row itself."""

    def __init__(self, inputs: int, size: int) -> None:
        super().__init__()
        self.size = size
        self.carry = nn.LSTM(inputs, size, batch_first=True)

    def forward(self, values: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        return self.states(values, there)[:, -1]

    def states(self, values: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """The state after each row, shape (rows, length, size); it begins at the earliest row."""
        empty = (~there).sum(dim=1)
        if not empty.any():
            states: torch.Tensor = self.carry(values)[0]
            return states
        # Empty places go behind the row itself, where a recurrent net has not come by yet.
        return _turned(self.carry(_turned(values, empty))[0], -empty)


class AttentiveReader(RecurrentReader):
    """The states of a recurrent net, weighed by how well each answers to the row itself.

    Scaled products of states with a query made of the row (Luong et al. 2015, "general"); what
    comes of them stands beside the last state.
    """

    def __init__(self, inputs: int, size: int) -> None:
        super().__init__(inputs, size)
        self.ask = nn.Linear(inputs, size)
        self.size = 2 * size

    def forward(self, values: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        states = self.states(values, there)
        query = self.ask(values[:, -1:])
        seen = functional.scaled_dot_product_attention(
            query, states, states, attn_mask=there[:, None]
        )
        return torch.cat([seen[:, 0], states[:, -1]], dim=1)


class AttentionReader(Reader):
    """An encoder of self-attention (Vaswani et al. 2017, normed first): its answer at the row.

    Which place is which is told by a vector for each, counted back from the row.
    """

    def __init__(self, inputs: int, size: int, layers: int, heads: int, length: int) -> None:
        super().__init__()
        self.size = size
        self.embed = nn.Linear(inputs, size)
        self.back = nn.Parameter(0.1 * torch.randn(length, size))
        self.layers = nn.ModuleList([_EncoderLayer(size, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(size)

    def forward(self, values: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        told = self.embed(values) + self.back[-values.shape[1] :]
        for layer in self.layers[:-1]:
            told = layer(told, told, there)
        # Of the last layer only the row's own answer is asked.
        own: torch.Tensor = self.norm(self.layers[-1](told[:, -1:], told, there))
        return own[:, 0]


class _EncoderLayer(nn.Module):
    """Attention over the rows that are there, then a net of its own at each place."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(size)
        self.ask, self.tell = nn.Linear(size, size), nn.Linear(size, 2 * size)
        self.join = nn.Linear(size, size)
        self.think = nn.Sequential(
            nn.LayerNorm(size), nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size)
        )

    def forward(
        self, asking: torch.Tensor, told: torch.Tensor, there: torch.Tensor
    ) -> torch.Tensor:
        """Args: `asking`, the last places of `told`."""
        query = self._heads(self.ask(self.norm(asking)))
        key, value = map(self._heads, self.tell(self.norm(told)).chunk(2, dim=2))
        seen = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=there[:, None, None]
        )
        asking = asking + self.join(seen.transpose(1, 2).flatten(2))
        thought: torch.Tensor = asking + self.think(asking)
        return thought

    def _heads(self, vectors: torch.Tensor) -> torch.Tensor:
        """(rows, places, size) → (rows, heads, places, size / heads)."""
        rows, places, _ = vectors.shape
        return vectors.view(rows, places, self.heads, -1).transpose(1, 2)


def _turned(values: torch.Tensor, by: torch.Tensor) -> torch.Tensor:
    """Each window of (rows, length, …) turned to the left by its own number of places."""
    length = values.shape[1]
    place = (torch.arange(length, device=values.device) + by[:, None]) % length
    return values.gather(1, place[..., None].expand_as(values))
