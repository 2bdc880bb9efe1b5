"""What every kind of source can do: name the version that lies there, read a recorded one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol

import pyarrow as pa

from penstock.core.contracts import Array
from penstock.sources.record import Record
from penstock.sources.settings import SourceSettings

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
