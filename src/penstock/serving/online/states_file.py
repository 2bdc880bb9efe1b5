"""The states of entities on disk, as they were at the last checkpoint."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path

import msgspec

from penstock.serving.online.hot import Name
from penstock.serving.online.sqlite import SqliteFile

TABLES = """
CREATE TABLE IF NOT EXISTS states(entity, key, state, PRIMARY KEY(entity, key));
CREATE TABLE IF NOT EXISTS facts(name PRIMARY KEY, value);
"""
STATES = "INSERT OR REPLACE INTO states VALUES"
FACTS = "INSERT OR REPLACE INTO facts VALUES"


class Facts(msgspec.Struct, frozen=True):
    """What all states together have seen.

    Attributes:
        key: of the features they are of.
        data: sha256 of the table that was counted last; None before any.
        data_through: the time of its last row, microseconds since 1970.
        latest: the time of the last event of all.
        highest: the largest id that ever came.
        through: the last entry of the journal that they hold.
    """

    key: str
    data: str | None = None
    data_through: int | None = None
    latest: int | None = None
    highest: int | None = None
    through: int = 0


class StatesFile:
    """Read by the thread that answers, written by the one that makes checkpoints."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, TABLES)

    def state(self, entity: str, key: Hashable) -> bytes | None:
        query = "SELECT state FROM states WHERE entity = ? AND key = ?"
        found = self._file.reader.execute(query, (entity, key)).fetchone()
        return None if found is None else bytes(found[0])

    def facts(self) -> Facts | None:
        """None in a file that is new."""
        rows = self._file.reader.execute("SELECT name, value FROM facts").fetchall()
        if not rows:
            return None
        return msgspec.convert({name: json.loads(value) for name, value in rows}, Facts)

    def write(self, states: Iterable[Mapping[Name, bytes]], facts: Facts) -> None:
        """Commit states and facts together."""
        with self._file.writer:
            for some in states:
                self._file.put(STATES, [(*name, state) for name, state in some.items()])
            values = msgspec.to_builtins(facts)
            self._file.put(FACTS, [(name, json.dumps(one)) for name, one in values.items()])

    def close(self) -> None:
        self._file.close()
