"""Nets that read a history and tell what comes next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

import torch
from torch import nn
from torch.nn import functional

from penstock.core.contracts import Array

BUCKETS = 24  # of time apart: 0, then up to twice as long each, from 10 s to 2.6 years


class SequenceNet(nn.Module, ABC):
    """A vector for each item, one for each history up to each of its items, and their product.

    Attributes:
        vectors: of items, the last row of none; read on the way in and compared with on the way
            out.
        bias: what an item scores whatever came before.
    """

    def __init__(self, items: int, size: int, dropout: float) -> None:
        super().__init__()
        self.size, self.dropout = size, dropout
        self.vectors = nn.Embedding(items + 1, size, padding_idx=items)
        self.bias = nn.Parameter(torch.zeros(items))
        self.last_norm = nn.LayerNorm(size)
        nn.init.normal_(self.vectors.weight, std=size**-0.5)

    @torch.no_grad()
    def start_from(self, vectors: Array, bias: Array) -> None:
        """What is known of items before training: shapes (items, size) and (items,)."""
        self.vectors.weight[:-1] = torch.from_numpy(vectors)
        self.bias.copy_(torch.from_numpy(bias))

    @abstractmethod
    def read(self, told: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        """What is known after each item, of the items up to it alone.

        Args:
            told: vectors of the items, shape (windows, length, size).
            time: moments in microseconds, int64 [windows, length].
        """

    def forward(self, item: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        """States of shape (windows, length, size), to be compared with items by `compare`."""
        told = self.drop(self.vectors(item) * (self.size**0.5 / 2))
        states: torch.Tensor = self.last_norm(self.read(told, time))
        return states

    def compare(self, states: torch.Tensor) -> torch.Tensor:
        """Scores of all items, shape (states, items)."""
        return states @ self.vectors.weight[:-1].T + self.bias

    def drop(self, values: torch.Tensor) -> torch.Tensor:
        return functional.dropout(values, self.dropout, self.training)


class AttentionNet(SequenceNet):
    """Layers of masked self-attention; which item is looked at depends on how far back it is.

    Args:
        length: of the longest window, in items.
    """

    def __init__(
        self, items: int, size: int, dropout: float, layers: int, heads: int, length: int
    ) -> None:
        super().__init__(items, size, dropout)
        self.layers: Iterable[_Layer] = nn.ModuleList(  # type: ignore[assignment]
            [_Layer(size, heads, length) for _ in range(layers)]
        )

    def read(self, told: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        length = told.shape[1]
        place = torch.arange(length, device=told.device)
        back = place[:, None] - place[None, :]
        seconds = (time[:, :, None] - time[:, None, :]).clamp(min=0) / 1e6
        apart = torch.log2(seconds / 10 + 1).clamp(max=BUCKETS - 1).long()
        for layer in self.layers:
            told = told + self.drop(layer.attend(told, back, apart))
            told = told + self.drop(layer.think(told))
        return told


class _Layer(nn.Module):
    """One layer: attention over what came before, then a net of its own at each place."""

    def __init__(self, size: int, heads: int, length: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(size)
        self.ask = nn.Linear(size, 3 * size)
        self.join = nn.Linear(size, size)
        self.back = nn.Parameter(torch.zeros(heads, length))
        self.apart = nn.Parameter(torch.zeros(heads, BUCKETS))
        inner, outer = nn.Linear(size, size), nn.Linear(size, size)
        self.think = nn.Sequential(nn.LayerNorm(size), inner, nn.GELU(), outer)
        for part in (self.ask, self.join, inner, outer):
            nn.init.normal_(part.weight, std=0.7 * size**-0.5)
            nn.init.zeros_(part.bias)

    def attend(self, told: torch.Tensor, back: torch.Tensor, apart: torch.Tensor) -> torch.Tensor:
        """Args: `back`, places (length, length), below 0: later; `apart`, buckets of time."""
        windows, length, size = told.shape
        parts = self.ask(self.norm(told)).view(windows, length, 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        heads = torch.arange(self.heads, device=told.device)[None, :, None, None]
        near = self.back[:, back.clamp(min=0)] + self.apart[heads, apart[:, None]]
        near = near.masked_fill(back < 0, float("-inf"))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=near)
        joined: torch.Tensor = self.join(seen.transpose(1, 2).reshape(windows, length, size))
        return joined


class RecurrentNet(SequenceNet):
    """Gated recurrent units: a state that is carried from item to item."""

    def __init__(self, items: int, size: int, dropout: float, hidden: int) -> None:
        super().__init__(items, size, dropout)
        self.carry = nn.GRU(size, hidden, batch_first=True)
        self.out = nn.Linear(hidden, size)

    def read(self, told: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        carried, _ = self.carry(told)
        out: torch.Tensor = self.out(self.drop(carried))
        return out
