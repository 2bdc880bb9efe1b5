"""Rows of a Parquet or CSV file, a chunk of so many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from penstock.serving.batch.errors import ColumnMistyped, NotReadable

BUFFER = 1 << 20  # bytes read at once of a column, or of a CSV


@dataclass(frozen=True)
class RowsFile:
    """A file of rows, nothing of it read but what says of its columns.

    Attributes:
        total: rows; 0 where nobody has counted them.
    """

    path: Path
    columns: tuple[str, ...]
    total: int
    batches: Callable[[Sequence[str], Mapping[str, pa.DataType]], Iterator[pa.RecordBatch]]

    def chunks(self, types: Mapping[str, pa.DataType], rows: int) -> Iterator[pa.Table]:
        """Tables of `rows` rows, the last of fewer, with the columns of `types`, cast to them.

        Raises:
            ColumnMistyped: a value is not of its column's type.
            NotReadable: the file is cut short.
        """
        waiting: list[pa.RecordBatch] = []
        count = 0
        for batch in self._read(types):
            waiting.append(batch)
            count += batch.num_rows
            while count >= rows:
                table = pa.Table.from_batches(waiting)
                yield self._cast(table.slice(0, rows), types)
                waiting = table.slice(rows).to_batches()
                count -= rows
        if count:
            yield self._cast(pa.Table.from_batches(waiting), types)

    def _read(self, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
        try:
            yield from self.batches(list(types), types)
        except (pa.ArrowInvalid, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise NotReadable(self.path, " ".join(str(error).split())) from None

    def _cast(self, table: pa.Table, types: Mapping[str, pa.DataType]) -> pa.Table:
        columns = {}
        for name, kind in types.items():
            try:
                columns[name] = table.column(name).cast(kind)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                problem = " ".join(str(error).split())
                raise ColumnMistyped(self.path, name, str(kind), problem) from None
        return pa.table(columns)


def open_rows(path: Path) -> RowsFile:
    """The rows in `path`, by its suffix.

    Raises:
        NotReadable: no such file, or neither Parquet nor CSV with a head.
    """
    openers = {".parquet": _parquet, ".csv": _csv}
    if path.suffix not in openers:
        raise NotReadable(path, f"found the suffix {path.suffix!r}, expected .parquet or .csv")
    if not path.is_file():
        raise NotReadable(path, "no such file")
    try:
        return openers[path.suffix](path)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise NotReadable(path, " ".join(str(error).split())) from None


def _parquet(path: Path) -> RowsFile:
    import pyarrow.parquet as pq

    def batches(names: Sequence[str], types: Any) -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(path, buffer_size=BUFFER, pre_buffer=False) as file:
            yield from file.iter_batches(columns=list(names), use_threads=False)

    with pq.ParquetFile(path) as file:
        return RowsFile(path, tuple(file.schema_arrow.names), file.metadata.num_rows, batches)


def _csv(path: Path) -> RowsFile:
    from pyarrow import csv

    def batches(names: Sequence[str], types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
        read = csv.ReadOptions(use_threads=False, block_size=BUFFER)
        convert = csv.ConvertOptions(include_columns=list(names), column_types=dict(types))
        with csv.open_csv(path, read_options=read, convert_options=convert) as reader:
            yield from reader

    with csv.open_csv(path) as reader:
        return RowsFile(path, tuple(reader.schema.names), 0, batches)
