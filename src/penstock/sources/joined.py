"""Several tables as one source: each from where it lies, together one version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from penstock.core.files import sha256_of_json
from penstock.sources.errors import NoAsOf
from penstock.sources.record import Record
from penstock.sources.settings import TablesSource
from penstock.sources.source import Parts, Source


@dataclass(frozen=True)
class Joined:
    """A source for each table."""

    settings: TablesSource
    tables: Mapping[str, Source]

    def version(self, as_of: date | None) -> Record:
        """The versions of all tables, and a hash over their hashes.

        A date is asked of those tables that can go back to it; a catalogue that lies in a file
        has one state and is read as it is.

        Raises:
            NoAsOf: no table at all can show that date; or one asks for a date and none is given.
        """
        records, refusals = {}, []
        for name, source in self.tables.items():
            try:
                records[name] = source.version(as_of)
            except NoAsOf as refusal:
                if as_of is None:
                    raise
                refusals.append(refusal)
                records[name] = source.version(None)
        if len(refusals) == len(self.tables):
            raise refusals[0]
        hashes = {name: record["sha256"] for name, record in records.items()}
        return {
            "locator": "; ".join(f"{name}: {one['locator']}" for name, one in records.items()),
            "sha256": sha256_of_json(hashes),
            "as_of": as_of.isoformat() if as_of else None,
            "tables": records,
        }

    def parts(self, record: Record) -> Parts:
        """Every table, in the order of params.yaml."""
        for name, source in self.tables.items():
            yield from source.parts(record["tables"][name])
