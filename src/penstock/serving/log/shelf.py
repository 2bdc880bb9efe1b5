"""Where predictions lie for good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from penstock.serving.contracts import Prediction

if TYPE_CHECKING:
    import pyarrow as pa


class Shelf(Protocol):
    """By day in a folder, or in a database."""

    @property
    def url(self) -> str:
        """Where it is, without the password that a URL may carry."""
        ...

    def put(self, name: str, tables: Iterator[pa.Table]) -> None:
        """Keep the rows of a spool; the same `name` again is once."""
        ...

    def tidy(self, compact_files: int) -> None:
        """Do what can wait; called now and then by one thread.

        Args:
            compact_files: how many small files of a day are made one.
        """
        ...

    def find(self, prediction_id: str) -> Prediction | None:
        """The prediction of that id."""
        ...

    def tables(
        self, project: str, since: date | None, until: date | None, columns: Sequence[str]
    ) -> Iterator[pa.Table]:
        """The rows of a project, by days, both included; `columns` of rows.SCHEMA."""
        ...


def spool_folder(root: Path) -> Path:
    """Where the spools of a workspace lie, whatever the shelf."""
    return root / ".penstock" / "serving" / "spool"
