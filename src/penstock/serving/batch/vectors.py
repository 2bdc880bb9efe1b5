"""From rows of a file to the inputs of a model: what whoever makes them offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import pyarrow as pa

from penstock.serving.contracts import Array

Event = dict[str, Any]


class Vectors(Protocol):
    """What makes float32 matrices [rows, inputs] of chunks of a file, in the order of the file.

    Attributes:
        types: the columns that are read of a file.
        id: the one of them that tells rows apart, None where there is none.
        remembers: whether a row's inputs depend on the rows before it.
    """

    remembers: bool

    @property
    def types(self) -> Mapping[str, pa.DataType]: ...
    @property
    def id(self) -> str | None: ...

    def of(self, chunk: pa.Table, first: int) -> Array:
        """The inputs of a chunk whose first row is the `first` of the file, from 0.

        Raises:
            RowRefused, OutOfOrder: a row is not fit.
        """

    def skip(self, chunk: pa.Table) -> None:
        """Pass over a chunk that was scored by an earlier run."""

    def to_table(self) -> pa.Table | None:
        """What is remembered of the rows so far; None where each is by itself."""

    def restore(self, table: pa.Table) -> None:
        """Go on from what `to_table` gave."""


def events(chunk: pa.Table) -> Iterator[Event]:
    """Rows as they would be posted: times in whole microseconds."""
    columns = []
    for column in chunk.columns:
        timed = pa.types.is_timestamp(column.type)
        columns.append((column.cast(pa.int64()) if timed else column).to_pylist())
    for row in zip(*columns, strict=True):
        yield dict(zip(chunk.column_names, row, strict=True))
