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
        """Every part of the schema, tables for audit too."""
        as_of = date.fromisoformat(record["as_of"]) if record["as_of"] else None
        module = load_part("project", self.project, "source")
        with progress() as tell:
            made = module.generate(self._settings(), as_of, tell)
        self._expect(made)
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
