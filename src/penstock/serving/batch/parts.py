"""The parts of a file that are scored already, kept until all of it is."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from penstock.core.dataset import write_table
from penstock.core.files import atomic

STATES = "states.parquet"


class Parts:
    """Scored parts in `folder`, numbered from 0, and what is remembered after the last of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def done(self, *, remembers: bool) -> int:
        """How many of the first parts need not be scored again.

        Args:
            remembers: whether the next part needs what was remembered after the one before.
        """
        if remembers:
            states = self._folder / STATES
            return int(self._noted(states)[b"parts"]) if states.is_file() else 0
        count = 0
        while self._path(count).is_file():
            count += 1
        return count

    def write(self, number: int, part: pa.Table, states: pa.Table | None) -> None:
        """Keep a part; where it was killed between the two, the part is scored again."""
        write_table(part, self._path(number))
        if states is not None:
            noted = states.replace_schema_metadata({"parts": str(number + 1)})
            write_table(noted, self._folder / STATES)

    def states(self) -> pa.Table:
        return pq.read_table(self._folder / STATES)

    def join(self, output: Path, count: int, empty: pa.Table, facts: Mapping[str, str]) -> None:
        """Write the first `count` parts to `output`, whole or not at all, and forget them.

        Args:
            empty: a part of no rows, for its columns.
            facts: metadata of the file.
        """
        schema = empty.schema.with_metadata(dict(facts))
        with (
            atomic(output) as whole,
            pq.ParquetWriter(whole, schema, compression="zstd") as writer,
        ):
            for number in range(count):
                writer.write_table(pq.read_table(self._path(number)).cast(schema))
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:05d}.parquet"

    def _noted(self, path: Path) -> dict[bytes, bytes]:
        return dict(pq.read_schema(path).metadata or {})
