"""A dataset in batches, in the order of its rows or a new one each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.training.dataset import Dataset, batch_of

Augment = Callable[[Array, np.random.Generator], Array]


class DataLoader:
    """Iterates over batches; every pass is one epoch.

    Attributes:
        rng: shuffles, anew for each pass, and feeds `augment`; None keeps the order.
        drop_last: leave out a last batch that is not full.
        augment: changes the first part of each batch, as images.
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int,
        rng: np.random.Generator | None = None,
        drop_last: bool = False,
        augment: Augment | None = None,
    ) -> None:
        if batch_size < 1:
            raise SettingError("DataLoader", "a batch of 1 at least", batch_size)
        if augment is not None and rng is None:
            raise SettingError("DataLoader", "a generator to augment with", rng)
        self.dataset, self.batch_size, self.rng = dataset, batch_size, rng
        self.drop_last, self.augment = drop_last, augment

    def __len__(self) -> int:
        """Number of batches in a pass."""
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[tuple[Array, ...]]:
        rows = len(self.dataset)
        order = np.arange(rows) if self.rng is None else self.rng.permutation(rows)
        for number in range(len(self)):
            places = order[number * self.batch_size : (number + 1) * self.batch_size]
            first, *rest = batch_of(self.dataset, places)
            if self.augment is not None and self.rng is not None:
                first = self.augment(first, self.rng)
            yield (first, *rest)
