"""Examples by number."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import ShapeError


class Dataset(Protocol):
    """A number of examples, each a tuple of arrays or numbers of one kind."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int) -> tuple[Any, ...]: ...


class ArrayDataset:
    """Arrays of one length; example i is the i-th of each."""

    def __init__(self, *arrays: Array) -> None:
        lengths = {len(array) for array in arrays}
        if len(lengths) != 1:
            raise ShapeError("ArrayDataset", "arrays of one length", sorted(lengths))
        self.arrays = arrays

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, place: int | Array) -> tuple[Any, ...]:
        """One example, or the batch of those whose numbers `place` lists."""
        return tuple(array[place] for array in self.arrays)


def batch_of(dataset: Dataset, places: Array) -> tuple[Array, ...]:
    """The examples at `places`, each part stacked to (len(places), …)."""
    if isinstance(dataset, ArrayDataset):
        return dataset[places]
    examples = [dataset[place] for place in places.tolist()]
    return tuple(np.stack(part) for part in zip(*examples, strict=True))
