"""Rows in tensors, cut into batches without a worker or a copy per row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Batches:
    """What Lightning takes for a data loader.

    Attributes:
        rows, target: tensors of the same length.
        size: rows of a batch; the last one may be shorter.
        order: called when a pass begins; the permutation to walk in, None as they lie.
    """

    rows: torch.Tensor
    target: torch.Tensor
    size: int
    order: Callable[[], torch.Tensor] | None = None

    def __len__(self) -> int:
        return math.ceil(len(self.rows) / self.size)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        rows, target = self.rows, self.target
        if self.order is not None:
            places = self.order()
            rows, target = rows[places], target[places]
        yield from zip(torch.split(rows, self.size), torch.split(target, self.size), strict=True)


def shuffled(count: int, seed: int, epoch: int) -> torch.Tensor:
    """The order of `count` rows in `epoch`: a function of its arguments, so it can be resumed."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(mixed(seed, epoch)))


def mixed(seed: int, epoch: int) -> int:
    """One seed of 32 bits from two numbers: torch's generator on the CPU heeds no more of them."""
    return int(np.random.SeedSequence((seed, epoch)).generate_state(1)[0])
