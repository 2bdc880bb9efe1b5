"""Two towers: a vector for a user and one for an item, from their content too."""

from __future__ import annotations

import numpy as np
import torch
from scipy import sparse
from torch import nn

from penstock.core.contracts import Array, FitContext
from penstock.models.ranking.parts.loop import device_of

UNNAMED = 0.1  # share of the items, and of users' histories, that a step leaves out


class Towers(nn.Module):
    """An item is its own vector and its content's, a user what they had and what they are.

    Args:
        items: how many have a vector of their own.
        item_width, user_width: numbers known of each.
    """

    def __init__(
        self, items: int, item_width: int, user_width: int, size: int, dropout: float
    ) -> None:
        super().__init__()
        self.dropout = dropout
        self.own = nn.Parameter(torch.randn(items, size) * size**-0.5)
        self.bias = nn.Parameter(torch.zeros(items))
        self.content = nn.Linear(item_width, size, bias=False)
        self.read = nn.Parameter(torch.randn(items, size) * size**-0.5)
        self.person = nn.Linear(user_width, size, bias=False)
        self.mix = nn.Sequential(nn.Tanh(), nn.Dropout(dropout), nn.Linear(size, size))

    def users(self, had: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
        """Args: `had`, 1 where a user had an item, (users, items); `known` of users."""
        share = nn.functional.normalize(had, dim=1)
        share = nn.functional.dropout(share, self.dropout, self.training)
        vectors: torch.Tensor = self.mix(share @ self.read + self.person(known))
        return vectors

    def forward(
        self, users: torch.Tensor, own: torch.Tensor, bias: torch.Tensor, known: torch.Tensor
    ) -> torch.Tensor:
        """Scores (users, items) of items with `own` vectors; 0 for those nobody had."""
        scores: torch.Tensor = users @ (own + self.content(known)).T + bias
        return scores


class TowersLesson:
    """From a part of what a user had, the rest; softmax over all items."""

    def __init__(
        self,
        net: Towers,
        had: sparse.csr_array,
        of_users: Array,
        of_items: Array,
        batch_size: int,
        context: FitContext,
    ) -> None:
        self.device = device_of(context)
        self.net = net.to(self.device)
        self.had, self.batch_size = had.astype(np.float32), batch_size
        self.of_users = torch.from_numpy(of_users).to(self.device)
        self.of_items = torch.from_numpy(of_items).to(self.device)

    def batches(self, random: np.random.Generator) -> list[Array]:
        active = np.flatnonzero(np.diff(self.had.indptr))
        order = random.permutation(active)
        return [order[at : at + self.batch_size] for at in range(0, len(order), self.batch_size)]

    def loss(self, batch: Array) -> torch.Tensor:
        net, had = self.net, torch.from_numpy(self.had[batch].toarray())
        # How much of a history is shown differs from user to user; of some nothing is.
        share = torch.rand(len(had), 1)
        shown = had * (torch.rand(had.shape) < share) * (torch.rand(len(had), 1) >= UNNAMED)
        asked = had - shown
        named = (torch.rand(had.shape[1]) >= UNNAMED).float()
        shown, asked, named = (part.to(self.device) for part in (shown, asked, named))
        users = net.users(shown, self.of_users[torch.from_numpy(batch).to(self.device)])
        scores = net(users, net.own * named[:, None], net.bias * named, self.of_items)
        scores = scores.masked_fill(shown > 0, -1e4)
        wrong = -(torch.log_softmax(scores, dim=1) * asked).sum()
        return wrong / asked.sum().clamp(min=1)
