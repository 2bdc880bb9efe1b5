"""What a net is taught that tells the next item: at each item of a history, the one after it."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from penstock.core.contracts import Array, FitContext
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.loop import device_of
from penstock.models.ranking.parts.sequence_net import SequenceNet
from penstock.models.ranking.parts.windows import (
    NOTHING,
    Windows,
    steps,
    with_ties_shuffled,
)

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


class NextItemLesson:
    """Each pass cuts long histories elsewhere, so that every step is seen from many pasts."""

    def __init__(
        self,
        net: SequenceNet,
        histories: Histories,
        length: int,
        batch_size: int,
        shuffle_ties: bool,
        context: FitContext,
    ) -> None:
        self.device = device_of(context)
        self.net = net.to(self.device)
        self.histories, self.length = histories, length
        self.batch_size, self.shuffle_ties = batch_size, shuffle_ties

    def batches(self, random: np.random.Generator) -> list[Batch]:
        histories = self.histories
        if self.shuffle_ties:
            histories = with_ties_shuffled(histories, random)
        shift = random.integers(0, self.length, len(histories))
        shift[histories.lengths <= self.length + 1] = 0
        windows = steps(histories, self.length, shift)
        order = random.permutation(len(windows))
        cuts = range(0, len(windows), self.batch_size)
        return [self._batch(windows, order[cut : cut + self.batch_size]) for cut in cuts]

    def loss(self, batch: Batch) -> torch.Tensor:
        item, time, then = (part.to(self.device) for part in batch)
        known = then != NOTHING
        states = self.net(item, time)[known]
        return functional.cross_entropy(self.net.compare(states), then[known])

    def _batch(self, windows: Windows, rows: Array) -> Batch:
        longest = int(windows.lengths[rows].max())
        parts = (windows.item, windows.time, windows.then)
        item, time, then = (torch.from_numpy(part[rows, :longest]) for part in parts)
        return item, time, then
