"""A Parquet file of any size, in batches, with the types of a project's schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from penstock.sources.casting import fitted
from penstock.sources.errors import SourceError
from penstock.sources.target import Target, make_fit

BATCH_ROWS = 1 << 16


def parquet_batches(path: Path, target: Target, number: int) -> Iterator[pa.RecordBatch]:
    """The rows of `path` that `target` wants; rows are counted from 1 in messages.

    Args:
        number: rows that came before this file, from which row numbers go on.

    Raises:
        SourceError: it is no Parquet file, or a value does not fit.
    """
    mend = "write the file again"
    rows = 0
    try:
        with pq.ParquetFile(path) as file:
            fit = make_fit(target, file.schema_arrow.names, str(path))
            for batch in file.iter_batches(BATCH_ROWS, columns=list(fit.filled)):
                yield fitted(batch, fit, str(path), rows + 1, number + rows, mend)
                rows += batch.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        fix = f"{mend}, then: penstock refresh {target.project}"
        raise SourceError(str(path), f"no Parquet that can be read: {error}", fix) from None
