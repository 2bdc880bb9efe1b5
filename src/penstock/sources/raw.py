"""The parts of a raw dataset into its folder; a table without ever holding all of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from penstock.core.contracts import Array
from penstock.core.dataset import Dataset, write_other_parts
from penstock.sources.progress import progress
from penstock.sources.source import Parts

ROWS_A_GROUP = 1 << 17
BYTES_A_GROUP = 64 << 20


def write_parts(parts: Parts, folder: Path) -> dict[str, int]:
    """Write what a source yields into `folder`; rows by part."""
    rows: dict[str, int] = {}
    tensors: dict[str, Array] = {}
    environment: Mapping[str, Any] | None = None
    for name, part in parts:
        if isinstance(part, np.ndarray):
            tensors[name] = part
        elif isinstance(part, Mapping):
            environment = part
        else:
            rows[name] = write_batches(part, folder / f"{name}.parquet")
    others = Dataset(tensors=tensors, environment=environment)
    write_other_parts(others, folder)
    return rows | others.rows()


def write_batches(batches: Iterator[pa.RecordBatch], path: Path) -> int:
    """Write `batches` (at least one, all of one schema) to `path`; the number of rows.

    Row groups hold so many rows or bytes, whichever comes first: readers skip and threads share
    by the group, so crumbs as small as a batch would slow them down.
    """
    rows = 0
    first = next(batches)
    with (
        pq.ParquetWriter(path, first.schema, compression="zstd") as writer,
        progress("rows") as tell,
    ):
        for group in _groups(first, batches):
            writer.write_table(group, row_group_size=max(1, group.num_rows))
            rows += group.num_rows
            tell(path.stem, rows, 0)
    return rows


def _groups(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting = [first]
    for batch in rest:
        if (
            sum(held.num_rows for held in waiting) + batch.num_rows > ROWS_A_GROUP
            or sum(held.nbytes for held in waiting) + batch.nbytes > BYTES_A_GROUP
        ):
            yield pa.Table.from_batches(waiting)
            waiting = []
        waiting.append(batch)
    yield pa.Table.from_batches(waiting)
