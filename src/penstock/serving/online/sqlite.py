"""A SQLite file (WAL) with one connection to write by and one to read by.

What is committed survives a kill of the process; a power cut may take the last seconds with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

ROWS = 200  # a statement


class SqliteFile:
    """Two connections to the file at `path`, each used by one thread at a time."""

    def __init__(self, path: Path, tables: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.writer = self._connect()
        self.writer.executescript(f"PRAGMA journal_mode=WAL; {tables}")
        self.reader = self._connect()

    def put(self, into: str, rows: Iterable[Sequence[Any]]) -> None:
        """Give rows to a statement that ends in VALUES; they are not committed yet.

        Many by one statement: Python's lock is let go at each, and has to be won back from the
        thread that answers requests.
        """
        rows = iter(rows)
        while some := list(islice(rows, ROWS)):
            places = f"({', '.join('?' * len(some[0]))})"
            statement = f"{into} {', '.join([places] * len(some))}"
            self.writer.execute(statement, [value for row in some for value in row])

    def close(self) -> None:
        self.reader.close()
        self.writer.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection
