"""Files that together make one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from penstock.sources.csv_file import csv_batches
from penstock.sources.errors import SourceError
from penstock.sources.parquet_file import parquet_batches
from penstock.sources.settings import CsvOptions, Format
from penstock.sources.target import Target

SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}


def format_of(path: Path, options: CsvOptions, target: Target) -> Format:
    """`options.format`, else what the name says (`x.csv.gz` and `x.parquet.brotli` too).

    Raises:
        SourceError: neither says it.
    """
    if options.format:
        return options.format
    for suffix in path.suffixes:
        if suffix.lower() in SUFFIXES:
            return SUFFIXES[suffix.lower()]
    raise SourceError(
        str(path),
        f"its name does not say what it is; expected one of {', '.join(SUFFIXES)}",
        f"rename it, or set {target.key}.format to csv or parquet in params.yaml",
    )


def batches_of(
    paths: Sequence[Path], options: CsvOptions, target: Target
) -> Iterator[pa.RecordBatch]:
    """The rows of all `paths`, in that order, as rows of the raw table.

    Raises:
        SourceError: a file can't be read, has other columns than the first, or none has a row.
    """
    rows = 0
    first: pa.Schema | None = None
    for path in paths:
        if format_of(path, options, target) == "csv":
            batches = csv_batches(path, options, target, rows)
        else:
            batches = parquet_batches(path, target, rows)
        for batch in batches:
            first = first or batch.schema
            _expect_like(first, batch.schema, path, paths[0])
            yield batch
            rows += batch.num_rows
    if rows == 0:
        what = f"{paths[0]}{f' and {len(paths) - 1} more' if len(paths) > 1 else ''}"
        fix = f"put the data there, then: penstock refresh {target.project}"
        raise SourceError(what, "a header, but no row", fix)


def _expect_like(first: pa.Schema, schema: pa.Schema, path: Path, like: Path) -> None:
    if schema.names == first.names:
        return
    lacks = sorted(set(first.names) - set(schema.names))
    extra = sorted(set(schema.names) - set(first.names))
    raise SourceError(
        str(path),
        f"other columns than {like}: lacks {lacks}, has besides {extra}",
        "give all files of the folder the same columns",
    )
