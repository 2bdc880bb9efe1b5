"""A project that makes its own data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from penstock.core.contracts import Schema
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings, parse
from penstock.core.workspace import load_part
from penstock.sources.casting import MISFIT
from penstock.sources.errors import SourceError
from penstock.sources.progress import progress
from penstock.sources.record import Record
from penstock.sources.settings import GeneratorSource
from penstock.sources.source import Parts
from penstock.sources.target import raw_schema

BATCH_ROWS = 1 << 17


@dataclass(frozen=True)
class Generated:
    """`generate` of the project's source.py, called with its GeneratorSettings."""

    project: str
    settings: GeneratorSource
    schema: Schema

    def version(self, as_of: date | None) -> Record:
        """The date alone: settings are hashed already, and the code is a dependency of ingest."""
        self._settings()
        return {
            "locator": f"penstock.projects.{self.project}.source",
            "as_of": as_of.isoformat() if as_of else None,
        }

    def parts(self, record: Record) -> Parts:
        """Every part of the schema, tables for audit too.

        Raises:
            SourceError: it made other parts, other types, or no row at all.
        """
        as_of = date.fromisoformat(record["as_of"]) if record["as_of"] else None
        module = load_part("project", self.project, "source")
        with progress() as tell:
            made = module.generate(self._settings(), as_of, tell)
            self._expect(made)
            if self._is_empty(made):
                whole = module.generate(self._settings(), None, tell) if as_of else made
                raise self._no_row(as_of, self._first_day(whole))
        for name, columns in self.schema.tables.items():
            yield name, self._batches(made.tables[name], raw_schema(columns), name)

        yield from made.tensors.items()
        if made.environment is not None:
            yield "environment", made.environment

    def _settings(self) -> Settings:
        kind: type[Settings] = load_part("project", self.project, "source").GeneratorSettings
        value: dict[str, Any] = dict(self.settings.settings)
        if self.settings.label_delay_days is not None:
            value["label_delay_days"] = self.settings.label_delay_days
        return parse(kind, value, f"projects.{self.project}.source.settings")

    def _expect(self, made: Dataset) -> None:
        """Types of columns are cast below; those of tensors and entries are the gate's to judge."""
        schema = self.schema
        expected: dict[str, Any] = {
            **{name: [c.name for c in columns] for name, columns in schema.tables.items()},
            **({"tensors": sorted(t.name for t in schema.tensors)} if schema.tensors else {}),
            **({"environment": sorted(schema.environment)} if schema.environment else {}),
        }
        found: dict[str, Any] = {
            **{name: list(frame.columns) for name, frame in made.tables.items()},
            **({"tensors": sorted(made.tensors)} if made.tensors else {}),
            **({"environment": sorted(made.environment)} if made.environment else {}),
        }
        if expected != found:
            where = f"src/penstock/projects/{self.project}"
            raise SourceError(
                f"{where}/source.py",
                f"made other data than {where}/schema.py declares\n"
                f"  expected: {expected}\n  found:    {found}",
                "change one of the two files",
            )

    def _is_empty(self, made: Dataset) -> bool:
        """Whether there are tables, for audit apart, and none has a row."""
        lengths = [len(made.tables[name]) for name in self.schema.tables.keys() - self.schema.audit]
        return bool(lengths) and not any(lengths)

    def _first_day(self, made: Dataset) -> date | None:
        """The earliest of the times in a table's column of that role; None where there is none."""
        days = [
            made.tables[name][column.name].min().date()
            for name, columns in self.schema.tables.items()
            for column in columns
            if column.role == "time" and column.type.startswith("timestamp")
            if len(made.tables[name])
        ]
        return min(days, default=None)

    def _no_row(self, as_of: date | None, begins: date | None) -> SourceError:
        where, refresh = f"of project {self.project!r}", f"penstock refresh {self.project}"
        tables = " or ".join(name for name in self.schema.tables if name not in self.schema.audit)
        if as_of and begins:
            return SourceError(
                where,
                f"no row of {tables} up to {as_of}; the data begins on {begins}",
                f"{refresh} --as-of {begins}   (or a later day; without --as-of, all of it)",
            )
        return SourceError(
            where,
            f"no row of {tables} came out of projects.{self.project}.source.settings",
            f"change them in params.yaml, then: {refresh}",
        )

    def _batches(
        self, frame: pd.DataFrame, schema: pa.Schema, table: str
    ) -> Iterator[pa.RecordBatch]:
        if frame.empty:  # pandas may have no types for it
            yield pa.RecordBatch.from_pylist([], schema=schema)
            return
        try:
            arrow = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
        except MISFIT as error:
            where = f"src/penstock/projects/{self.project}/source.py"
            fix = "return the types that its schema.py declares"
            raise SourceError(where, f"table {table!r}: {error}", fix) from None
        yield from arrow.cast(schema).to_batches(BATCH_ROWS)
