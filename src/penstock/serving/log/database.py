"""A PostgreSQL that the log lies in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString

from penstock.effects.reach import public
from penstock.serving.log.errors import LogUnreachable, NotALog

if TYPE_CHECKING:
    import psycopg

INSTALL = '.venv/bin/uv pip install -c constraints.txt -e ".[postgres]"'
WAIT_SECONDS = 10
LOCK = 1885696619  # two servers that start at once would both make the tables


class Database:
    """The database at `url`; each use has a connection of its own.

    Args:
        make: SQL that makes the tables where they are not there yet.

    Raises:
        NotALog: the driver is not installed, or `url` is none.
    """

    def __init__(self, url: str, make: LiteralString) -> None:
        try:
            import psycopg
        except ImportError as error:
            raise NotALog(public(url), str(error), INSTALL) from None
        try:
            psycopg.conninfo.conninfo_to_dict(url)
        except psycopg.ProgrammingError:  # what it says may repeat the password
            fix = "export PENSTOCK_LOG=postgresql://USER:PASSWORD@HOST/DATABASE"
            raise NotALog(public(url), "no URL of PostgreSQL", fix) from None
        self._url, self._make, self._made = url, make, False

    @property
    def url(self) -> str:
        return public(self._url)

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        """One transaction; raises LogUnreachable."""
        import psycopg

        try:
            with psycopg.connect(self._url, connect_timeout=WAIT_SECONDS) as connection:
                connection.execute("set time zone 'UTC'")
                if not self._made:
                    connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
                    connection.execute(self._make)
                    connection.commit()  # others wait for the lock, and for a table that is altered
                    self._made = True
                yield connection
        except psycopg.Error as error:
            raise LogUnreachable(self.url, " ".join(str(error).split())) from None
