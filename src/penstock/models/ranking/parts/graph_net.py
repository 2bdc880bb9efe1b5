"""A graph of users and the items they had, over which vectors are passed on."""

from __future__ import annotations

import numpy as np
import torch
from scipy import sparse
from torch import nn

from penstock.core.contracts import Array, FitContext
from penstock.models.ranking.parts.loop import device_of


class GraphNet(nn.Module):
    """A vector for each user and item; what is compared are means over the layers.

    Args:
        had: 1 where a user had an item, shape (users, items).
    """

    to_users: torch.Tensor
    to_items: torch.Tensor

    def __init__(self, had: sparse.csr_array, size: int, layers: int) -> None:
        super().__init__()
        self.layers = layers
        self.users = nn.Parameter(torch.randn(had.shape[0], size) * 0.1)
        self.items = nn.Parameter(torch.randn(had.shape[1], size) * 0.1)
        shared = shared_out(had).astype(np.float32)
        self.register_buffer("to_users", _tensor(shared), persistent=False)
        self.register_buffer("to_items", _tensor(shared.T.tocsr()), persistent=False)

    def forward(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Vectors of all users and of all items."""
        users: list[torch.Tensor] = [self.users]
        items: list[torch.Tensor] = [self.items]
        for _ in range(self.layers):
            passed = self.to_users @ items[-1], self.to_items @ users[-1]
            users.append(passed[0])
            items.append(passed[1])
        return torch.stack(users).mean(dim=0), torch.stack(items).mean(dim=0)


class GraphLesson:
    """All items against those that a user had: softmax over the catalogue.

    One step looks at some of the users, and passes vectors on over the whole graph.
    """

    def __init__(
        self,
        net: GraphNet,
        had: sparse.csr_array,
        batch_size: int,
        temperature: float,
        l2: float,
        context: FitContext,
    ) -> None:
        self.device = device_of(context)
        self.net = net.to(self.device)
        self.had, self.batch_size = had.astype(np.float32), batch_size
        self.temperature, self.l2 = temperature, l2

    def batches(self, random: np.random.Generator) -> list[Array]:
        active = np.flatnonzero(np.diff(self.had.indptr))
        order = random.permutation(active)
        return [order[at : at + self.batch_size] for at in range(0, len(order), self.batch_size)]

    def loss(self, batch: Array) -> torch.Tensor:
        users, items = self.net()
        mine = users[torch.from_numpy(batch).to(self.device)]
        unit = nn.functional.normalize(mine, dim=1), nn.functional.normalize(items, dim=1)
        scores = unit[0] @ unit[1].T / self.temperature
        told = torch.from_numpy(self.had[batch].toarray()).to(self.device)
        wrong = -(torch.log_softmax(scores, dim=1) * told).sum() / told.sum()
        return wrong + self.l2 * (self.net.users.square().mean() + self.net.items.square().mean())


def shared_out(had: sparse.csr_array) -> sparse.csr_array:
    """Each 1 divided by the roots of how many its row and its column have."""
    rows, columns = (np.maximum(np.asarray(had.sum(axis=axis)), 1) ** -0.5 for axis in (1, 0))
    scaled = sparse.diags_array(rows) @ had @ sparse.diags_array(columns)
    return sparse.csr_array(scaled)


def _tensor(matrix: sparse.csr_array) -> torch.Tensor:
    parts = matrix.tocoo()
    places = torch.from_numpy(np.stack(parts.coords).astype(np.int64))
    values = torch.from_numpy(parts.data)
    made = torch.sparse_coo_tensor(places, values, matrix.shape, check_invariants=True)
    return made.coalesce()
