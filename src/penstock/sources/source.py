"""What every kind of source can do: name the version that lies there, read a recorded one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from penstock.core.contracts import Array, Schema
from penstock.core.workspace import load_part
from penstock.sources.record import Record
from penstock.sources.settings import (
    FilesSource,
    GeneratorSource,
    MirrorsSource,
    SourceSettings,
    parse_source,
)
from penstock.sources.target import make_target

Tables = Iterator[tuple[str, Iterator[pa.RecordBatch]]]
# A table in batches, a tensor, or the description of an environment (whose name is not kept).
Parts = Iterator[tuple[str, Iterator[pa.RecordBatch] | Array | Mapping[str, Any]]]


class Source(Protocol):
    """A place that raw data comes from."""

    @property
    def settings(self) -> SourceSettings: ...

    def version(self, as_of: date | None) -> Record:
        """What identifies the data that lies there now: locator, sha256, as_of …; no clock.

        Raises:
            PenstockError: it can't be reached or read, or has no state as of that date.
        """

    def parts(self, record: Record) -> Parts:
        """The dataset of the version in `record`: tables batch by batch, in the schema's types.

        Raises:
            SourceChanged: another version lies there; at the latest when the batches end.
        """


def open_source(root: Path, project: str, block: Mapping[str, Any]) -> Source:
    """The source that `block`, projects.P.source of params.yaml, describes; nothing is read yet.

    Raises:
        ParamsError: the block is wrong, or at odds with the project's schema.
    """
    settings = parse_source(block, f"projects.{project}.source")
    schema: Schema = load_part("project", project, "schema").SCHEMA
    # Each kind is imported when it is asked for: SQLAlchemy is of no use to a file.
    if isinstance(settings, GeneratorSource):
        from penstock.sources.generator import Generated

        return Generated(project, settings, schema)
    target = make_target(project, settings, schema)
    if isinstance(settings, MirrorsSource):
        from penstock.sources.mirrors import Mirrored

        return Mirrored(root, settings, target)
    if isinstance(settings, FilesSource):
        from penstock.sources.files import Files

        return Files(root, settings, target)
    from penstock.sources.sql import Queried

    return Queried(settings, target)
