"""A project that makes its own data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from penstock.core.contracts import Schema
from penstock.core.settings import Settings, parse
from penstock.core.workspace import load_part
from penstock.sources.errors import SourceError
from penstock.sources.progress import progress
from penstock.sources.record import Record
from penstock.sources.settings import GeneratorSource
from penstock.sources.source import Tables
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

    def tables(self, record: Record) -> Tables:
        """Every table of the schema, those for audit too."""
        as_of = date.fromisoformat(record["as_of"]) if record["as_of"] else None
        module = load_part("project", self.project, "source")
        with progress() as tell:
            made = module.generate(self._settings(), as_of, tell).tables
        self._expect(made)
        for name, columns in self.schema.tables.items():
            yield name, self._batches(made[name], raw_schema(columns), name)

    def _settings(self) -> Settings:
        kind: type[Settings] = load_part("project", self.project, "source").GeneratorSettings
        value: dict[str, Any] = dict(self.settings.settings)
        if self.settings.label_delay_days is not None:
            value["label_delay_days"] = self.settings.label_delay_days
        return parse(kind, value, f"projects.{self.project}.source.settings")

    def _expect(self, made: Mapping[str, pd.DataFrame]) -> None:
        expected = {name: [c.name for c in columns] for name, columns in self.schema.tables.items()}
        found = {name: list(frame.columns) for name, frame in made.items()}
        if expected != found:
            where = f"src/penstock/projects/{self.project}"
            raise SourceError(
                f"{where}/source.py",
                f"made other tables than {where}/schema.py declares\n"
                f"  expected: {expected}\n  found:    {found}",
                "change one of the two files",
            )

    def _batches(
        self, frame: pd.DataFrame, schema: pa.Schema, table: str
    ) -> Iterator[pa.RecordBatch]:
        try:
            arrow = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            where = f"src/penstock/projects/{self.project}/source.py"
            fix = "return the types that its schema.py declares"
            raise SourceError(where, f"table {table!r}: {error}", fix) from None
        yield from arrow.cast(schema).to_batches(BATCH_ROWS)
