"""A net that tells from a user and an item whether the one will take the other."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from penstock.core.contracts import Array, FitContext
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.loop import device_of

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


class CrossedNet(nn.Module):
    """The product of two vectors beside layers of ReLU over two others, joined to one logit."""

    def __init__(self, users: int, items: int, size: int, dropout: float) -> None:
        super().__init__()
        self.crossed = nn.ModuleList([nn.Embedding(count, size) for count in (users, items)])
        self.stacked = nn.ModuleList([nn.Embedding(count, size) for count in (users, items)])
        self.bias = nn.Embedding(items, 1)
        self.layers = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(2 * size, size), nn.ReLU(),
            nn.Dropout(dropout), nn.Linear(size, size // 2), nn.ReLU(),
        )  # fmt: skip
        self.join = nn.Linear(size + size // 2, 1)
        for table in (*self.crossed, *self.stacked, self.bias):
            nn.init.normal_(table.weight, std=0.05)

    def forward(self, user: torch.Tensor, item: torch.Tensor) -> torch.Tensor:
        """Logits; positions of users and items, of shapes that go together."""
        crossed = self.crossed[0](user) * self.crossed[1](item)
        stacked = [table(place) for table, place in zip(self.stacked, (user, item), strict=True)]
        deep = self.layers(torch.cat([part.expand_as(crossed) for part in stacked], dim=-1))
        joined: torch.Tensor = self.join(torch.cat([crossed, deep], dim=-1)) + self.bias(item)
        return joined.squeeze(-1)


class CrossedLesson:
    """Every pair that was taken among `negatives` drawn at random that were not."""

    def __init__(
        self,
        net: CrossedNet,
        histories: Histories,
        negatives: int,
        batch_size: int,
        context: FitContext,
    ) -> None:
        self.device = device_of(context)
        self.net = net.to(self.device)
        had = histories.matrix()
        self.user, self.item = (np.asarray(part, dtype=np.int64) for part in had.nonzero())
        self.items, self.negatives, self.batch_size = histories.items, negatives, batch_size
        self.taken = np.sort(self.user * self.items + self.item)

    def batches(self, random: np.random.Generator) -> list[Batch]:
        user = np.repeat(self.user, self.negatives)
        drawn = random.integers(0, self.items, len(user))
        place = np.searchsorted(self.taken, user * self.items + drawn)
        place = np.minimum(place, len(self.taken) - 1)
        new = self.taken[place] != user * self.items + drawn
        users = np.concatenate([self.user, user[new]])
        items = np.concatenate([self.item, drawn[new]])
        label = np.zeros(len(users), dtype=np.float32)
        label[: len(self.user)] = 1
        order = random.permutation(len(users))
        return [
            self._batch(users, items, label, order[at : at + self.batch_size])
            for at in range(0, len(order), self.batch_size)
        ]

    def loss(self, batch: Batch) -> torch.Tensor:
        user, item, label = (part.to(self.device) for part in batch)
        return nn.functional.binary_cross_entropy_with_logits(self.net(user, item), label)

    def _batch(self, users: Array, items: Array, label: Array, rows: Array) -> Batch:
        user, item, told = (torch.from_numpy(part[rows]) for part in (users, items, label))
        return user, item, told
