"""First stage: from the source that data/sources/P.json names to data/P/raw, as it came."""

from __future__ import annotations

from pathlib import Path

from penstock.core.config import Params
from penstock.core.dataset import write_manifest
from penstock.core.files import atomic_folder
from penstock.core.stage import run_stage, timed
from penstock.sources.opening import open_source
from penstock.sources.raw import write_parts
from penstock.sources.record import read_record


def ingest(root: Path, params: Params, key: str) -> None:
    """Write the raw data of project `key`, with its source's record in the notes.

    NaN, duplicates and missing columns pass: to judge them is the gate's work.

    Raises:
        SourceUnrecorded: no record, or one of another source.
        SourceChanged: the source holds other data than was recorded.
        SourceError: it can't be read, or a value is none of its column's type.
        AllMirrorsFailed: it can't be downloaded.
    """
    source = open_source(root, key, params.project(key).source)
    record = read_record(root, key, source.settings)
    with timed(f"ingest {key}") as facts, atomic_folder(root / "data" / key / "raw") as folder:
        rows = write_parts(source.parts(record), folder)
        facts += [f"{part} {count:,} rows" for part, count in rows.items()]
        # Not where it was found or how it is watched: another mirror of these bytes is no change.
        told = ("kind", "sha256", "etag", "as_of")
        write_manifest(folder, rows, {"source": {name: record.get(name) for name in told}})


if __name__ == "__main__":
    run_stage(ingest)
