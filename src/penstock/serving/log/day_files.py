"""The Parquet files of one day, and how small ones are made one.

A file never changes. One that was made of others says so in its metadata, and they count no more,
whether or not they could be removed in time: a kill anywhere leaves every row there once.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from penstock.core.files import atomic
from penstock.serving.log.rows import with_new_columns

MADE_OF = b"penstock.made_of"
MERGED = "merged-"
SMALL = 64 << 20  # bytes below which a file is worth making part of another
ROWS = 1 << 17  # of a row group
ATTEMPTS = 10  # a file may have become part of another between listing and opening


def live(folder: Path) -> list[Path]:
    """The files of a day that count, the oldest first."""
    paths = sorted(folder.glob("[!.]*.parquet"), key=lambda path: path.name.removeprefix(MERGED))
    gone = {name for path in paths if path.name.startswith(MERGED) for name in made_of(path)}
    return [path for path in paths if path.name not in gone]


def made_of(path: Path) -> set[str]:
    """Names of the files whose rows `path` holds now; none where it is an original."""
    metadata = pq.read_schema(path).metadata or {}
    return set(json.loads(metadata.get(MADE_OF, b"[]")))


@contextmanager
def opened(folder: Path) -> Iterator[list[Any]]:
    """The files that count, open: what happens to their names meanwhile changes nothing.

    Raises:
        OSError: one can't be opened.
        pyarrow.ArrowInvalid: one is no Parquet.
    """
    for _ in range(ATTEMPTS):
        with ExitStack() as stack:
            try:
                files = [stack.enter_context(path.open("rb")) for path in live(folder)]
            except FileNotFoundError:
                continue
            yield files
            return
    raise OSError(f"{folder}: its files changed {ATTEMPTS} times while they were opened")


def compact(folder: Path, least: int) -> None:
    """Make one file of the small ones of a day, where there are `least`; raises OSError.

    Several processes may ask at once: one of them does it.
    """
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        there = live(folder)
        small = [path for path in there if path.stat().st_size < SMALL]
        if len(small) >= least:
            _merge(folder, small)
            there = live(folder)
        for path in set(folder.glob("[!.]*.parquet")) - set(there):
            path.unlink(missing_ok=True)


def _merge(folder: Path, small: list[Path]) -> None:
    names = {path.name for path in small}.union(*map(made_of, small))
    schemas = [pq.read_schema(path).remove_metadata() for path in small]  # of several versions
    schema = pa.unify_schemas(schemas).with_metadata({MADE_OF: json.dumps(sorted(names)).encode()})
    digest = hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:8]
    oldest = small[0].stem.removeprefix(MERGED).partition("+")[0]
    with (
        atomic(folder / f"{MERGED}{oldest}+{digest}.parquet") as part,
        pq.ParquetWriter(part, schema, compression="zstd") as writer,
    ):
        for table in _rows_of(small, schema):
            writer.write_table(table)


def _rows_of(paths: list[Path], schema: pa.Schema) -> Iterator[pa.Table]:
    """Their rows in tables of about ROWS, so that memory stays flat."""
    held: list[pa.Table] = []
    for path in paths:
        file = pq.ParquetFile(path)
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, use_threads=False)
            held.append(with_new_columns(table, schema))
            if sum(one.num_rows for one in held) >= ROWS:
                yield pa.concat_tables(held)
                held = []
    if held:
        yield pa.concat_tables(held)
