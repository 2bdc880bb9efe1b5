"""What came since the last checkpoint, and which ids came of late, on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from penstock.serving.online.known import Known
from penstock.serving.online.sqlite import SqliteFile

EVENT, LABEL = 0, 1
Entry = tuple[int, tuple[Any, ...]]  # EVENT or LABEL, and the fields of the body or the label

TABLES = """
CREATE TABLE IF NOT EXISTS journal(number INTEGER PRIMARY KEY, entries);
CREATE TABLE IF NOT EXISTS ids(id INTEGER PRIMARY KEY, digest, at, vector, answer);
CREATE INDEX IF NOT EXISTS ids_by_time ON ids(at);
"""


class JournalFile:
    """Read by the thread that answers; who writes holds a lock of its owner."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, TABLES)
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[Entry])

    @property
    def last(self) -> int:
        """The number of the last entries, 0 for none."""
        found = self._file.reader.execute("SELECT max(number) FROM journal").fetchone()
        return found[0] or 0

    def known(self, number: int) -> Known | None:
        """What is remembered of an id."""
        query = "SELECT digest, at, vector, answer FROM ids WHERE id = ?"
        found = self._file.reader.execute(query, (number,)).fetchone()
        return None if found is None else Known(*found)

    def since(self, through: int) -> Iterator[Entry]:
        """All entries after those with number `through`, in order."""
        query = "SELECT entries FROM journal WHERE number > ? ORDER BY number"
        for (entries,) in self._file.reader.execute(query, (through,)):
            yield from self._decoder.decode(entries)

    def write(self, number: int, entries: list[Entry], known: Mapping[int, Known]) -> None:
        """Commit entries and ids together."""
        rows = [(one, k.digest, k.at, k.vector, k.answer) for one, k in known.items()]
        with self._file.writer:
            if entries:
                self._file.put(
                    "INSERT INTO journal VALUES", [(number, self._encoder.encode(entries))]
                )
            self._file.put("INSERT OR REPLACE INTO ids VALUES", rows)

    def forget(self, through: int, before: int) -> None:
        """Let go of entries up to `through`, and of the ids of events before a moment."""
        with self._file.writer:
            self._file.writer.execute("DELETE FROM journal WHERE number <= ?", (through,))
            self._file.writer.execute("DELETE FROM ids WHERE at < ?", (before,))

    def close(self) -> None:
        self._file.close()
