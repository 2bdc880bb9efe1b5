"""Inputs that depend on their own row alone: read off the file, or made of the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from penstock.core.errors import PenstockError
from penstock.features.row_set import RowSet
from penstock.serving.batch.errors import RowRefused
from penstock.serving.batch.vectors import events
from penstock.serving.contracts import Array


class ByItself:
    """A row's inputs depend on no other row."""

    remembers = False

    def skip(self, chunk: pa.Table) -> None:
        """Each row is by itself."""

    def to_table(self) -> None:
        return None

    def restore(self, table: pa.Table) -> None:
        """Nothing was remembered."""


class Ready(ByItself):
    """The file holds the inputs."""

    def __init__(self, inputs: Sequence[str], id: str | None, kind: pa.DataType | None) -> None:
        self.inputs, self.id = list(inputs), id
        self.types = {name: pa.float64() for name in inputs}
        if id is not None and kind is not None:
            self.types = {id: kind, **self.types}

    def of(self, chunk: pa.Table, first: int) -> Array:
        made = np.empty((chunk.num_rows, len(self.inputs)), np.float32)
        with np.errstate(over="ignore"):  # what overflows is infinite, and refused when scored
            for place, name in enumerate(self.inputs):
                made[:, place] = chunk.column(name).to_numpy()
        return made


class OfEvents(ByItself):
    """Features of each row by itself.

    Args:
        types: columns of the file that the features may read.
        inputs: those of the model, in its order; the features offer more.
    """

    def __init__(
        self, path: Path, types: Mapping[str, pa.DataType], made: RowSet, inputs: Sequence[str]
    ) -> None:
        self._path, self.types, self._made = path, types, made
        self.id = made.id if made.id in types else None
        self._places = [made.names.index(name) for name in inputs]

    def of(self, chunk: pa.Table, first: int) -> Array:
        made = np.empty((chunk.num_rows, len(self._made.names)))
        for place, event in enumerate(events(chunk)):
            try:
                made[place] = self._made.of_event(event)
            except PenstockError as error:
                raise RowRefused(self._path, first + place + 1, str(error)) from None
        return made[:, self._places].astype(np.float32)
