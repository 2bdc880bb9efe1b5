"""Predictions in PostgreSQL: one table, which is made where it is not there yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, LiteralString

import numpy as np
import pyarrow as pa

from penstock.serving.contracts import Prediction
from penstock.serving.log.database import Database
from penstock.serving.log.rows import SCHEMA, to_predictions

if TYPE_CHECKING:
    from psycopg import sql

TABLE = "penstock_predictions"
MAKE = f"""
create table if not exists {TABLE} (
  id text primary key, at timestamptz not null, project text not null, arm text not null,
  candidate text, key text, model_sha256 text, lock_revision text, raw_sha256 text, source text,
  scorer text not null, event_id text not null, entity text not null, event text not null,
  vector bytea not null, score double precision not null);
create index if not exists {TABLE}_project_at on {TABLE} (project, at);
comment on column {TABLE}.vector is 'float32, little-endian';
do $$ begin
  if not exists (
    select from pg_attribute where attrelid = '{TABLE}'::regclass and attname = 'listed')
  then alter table {TABLE} add column listed text;
  end if;
end $$;
"""
TEXTS = ("event", "listed")  # JSON, of which the log holds the bytes
FETCH = 10_000  # rows that are held at once


class Postgres:
    """The log in the database at `url`; raises NotALog."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, MAKE)

    @property
    def url(self) -> str:
        return self._database.url

    def put(self, name: str, tables: Iterator[pa.Table]) -> None:
        """By way of a table that only this connection sees, so that a row that is there stays."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(f"create temp table came (like {TABLE}) on commit drop")
            with cursor.copy(_query("copy came ({names}) from stdin")) as copy:
                for table in tables:
                    for row in _records(table):
                        copy.write_row(row)
            cursor.execute(
                _query(
                    "insert into {table} ({names}) select {names} from came on conflict do nothing"
                )
            )

    def tidy(self, compact_files: int) -> None:
        """A database tidies itself."""

    def find(self, prediction_id: str) -> Prediction | None:
        query = _query("select {names} from {table} where id = %s")
        with self._database.connection() as connection:
            found = connection.execute(query, [prediction_id]).fetchall()
        return to_predictions(_table(found, SCHEMA.names))[0] if found else None

    def tables(
        self, project: str, since: date | None, until: date | None, columns: Sequence[str]
    ) -> Iterator[pa.Table]:
        start, end = _moments(since, until)
        query = _query(
            "select {names} from {table} where project = %s and at >= %s and at < %s "
            "order by at, id",
            columns,
        )
        with self._database.connection() as connection, connection.cursor("predictions") as cursor:
            cursor.execute(query, [project, start, end])
            while rows := cursor.fetchmany(FETCH):
                yield _table(rows, columns)


def _query(text: LiteralString, columns: Sequence[str] = tuple(SCHEMA.names)) -> sql.Composed:
    from psycopg import sql

    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(text).format(table=sql.Identifier(TABLE), names=names)


def _records(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """Rows as the driver takes them; its text can't hold a NUL, which is shown instead."""
    columns: list[list[Any]] = []
    for name in SCHEMA.names:
        if name == "vector":
            columns.append([np.asarray(one.values, "<f4").tobytes() for one in table[name]])
        elif name in TEXTS:
            columns.append([_text(one) for one in table[name].to_pylist()])
        elif pa.types.is_string(SCHEMA.field(name).type):
            columns.append([one and one.replace("\0", "\\0") for one in table[name].to_pylist()])
        else:
            columns.append(table[name].to_pylist())
    yield from zip(*columns, strict=True)


def _text(content: bytes | None) -> str | None:
    if content is None:
        return None
    return content.decode("utf-8", "backslashreplace").replace("\0", "\\0")


def _table(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> pa.Table:
    arrays = []
    for name, values in zip(columns, zip(*rows, strict=True), strict=True):
        kind = SCHEMA.field(name).type
        found: Sequence[Any] = values
        if name == "vector":
            found = [np.frombuffer(one, "<f4") for one in values]
        elif name in TEXTS:
            found = [one and one.encode() for one in values]
        arrays.append(pa.array(found, kind))
    return pa.table(arrays, schema=pa.schema([SCHEMA.field(name) for name in columns]))


def _moments(since: date | None, until: date | None) -> tuple[datetime, datetime]:
    first = datetime.combine(since or date(1970, 1, 1), time(), UTC)
    last = datetime.combine((until or date(9998, 12, 31)) + timedelta(days=1), time(), UTC)
    return first, last
