"""A query against a database, read as a stream."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pacsv

from penstock.sources.casting import MISFIT, fitted
from penstock.sources.errors import (
    NoAsOf,
    SourceChanged,
    SourceError,
    SourceUnreachable,
    fix_of_change,
)
from penstock.sources.progress import progress
from penstock.sources.record import Record
from penstock.sources.settings import SqlSource
from penstock.sources.source import Tables
from penstock.sources.target import Fit, Target, make_fit

if TYPE_CHECKING:
    import sqlalchemy

BATCH_ROWS = 1 << 14
AS_OF = "as_of"
DRIVERS = (
    "for PostgreSQL: .venv/bin/uv pip install -c constraints.txt -e '.[postgres]', and a URL that "
    "begins with postgresql+psycopg://\n"
    "       for another database: .venv/bin/uv pip install ITS_DRIVER"
)


@dataclass(frozen=True)
class Queried:
    """The rows of `query`; known by their number and the hash of their values."""

    settings: SqlSource
    target: Target

    def version(self, as_of: date | None) -> Record:
        """Reads the whole result once: a database has no other name for what it holds."""
        import sqlalchemy

        project = self.target.project
        asks = AS_OF in sqlalchemy.text(self.settings.query).compile().params
        if asks and as_of is None:
            fix = f"penstock refresh {project} --as-of 2026-01-31"
            raise NoAsOf(project, "its query asks for :as_of, and no date was given", fix)
        if as_of and not asks:
            fix = f"end the query at :as_of, in {self.target.key}.query of params.yaml"
            raise NoAsOf(project, "its query does not say what was known at a date", fix)
        digest = Digest()
        with progress("rows") as tell:
            for batch in self._batches(as_of):
                digest.add(batch)
                tell("query", digest.rows, 0)
        return {
            "locator": f"${self.settings.url_env}",
            "sha256": digest.hexdigest(),
            "rows": digest.rows,
            "as_of": as_of.isoformat() if as_of else None,
        }

    def parts(self, record: Record) -> Tables:
        """One table, as the query orders it."""
        yield self.target.table, self._checked(record)

    def _checked(self, record: Record) -> Iterator[pa.RecordBatch]:
        digest = Digest()
        for batch in self._batches(
            date.fromisoformat(record["as_of"]) if record["as_of"] else None
        ):
            digest.add(batch)
            yield batch
        if digest.hexdigest() != record["sha256"]:
            raise SourceChanged(
                self.target.project,
                f"the query's result (${self.settings.url_env})",
                f"{record['rows']:,} rows, sha256 {record['sha256']}",
                f"{digest.rows:,} rows, sha256 {digest.hexdigest()}",
                fix_of_change(self.target.project, self.settings.mode),
            )

    def _batches(self, as_of: date | None) -> Iterator[pa.RecordBatch]:
        import sqlalchemy

        where = f"the query of {self.target.key}"
        engine = self._engine()
        try:
            with engine.connect() as connection:
                rows = 0
                stream = connection.execution_options(stream_results=True)
                bound = {AS_OF: as_of.isoformat()} if as_of else {}
                result = stream.execute(sqlalchemy.text(self.settings.query), bound)
                names = list(result.keys())
                fit = make_fit(self.target, names, where)
                for part in result.partitions(BATCH_ROWS):
                    yield _arrow(part, names, fit, where, rows)
                    rows += len(part)
        except sqlalchemy.exc.SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip()
            fix = f"correct the query or ${self.settings.url_env}, then run the command again"
            unreachable = isinstance(error, sqlalchemy.exc.OperationalError)
            kind = SourceUnreachable if unreachable else SourceError
            raise kind(where, reason, fix) from None
        finally:
            engine.dispose()
        if rows == 0:
            fix = f"correct {self.target.key}.query in params.yaml"
            raise SourceError(where, "gave no row", fix)

    def _engine(self) -> sqlalchemy.Engine:
        import sqlalchemy

        name = self.settings.url_env
        url = os.environ.get(name)
        export = f"export {name}=postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"
        if not url:
            problem = f"the environment variable {name}, which holds its URL, is not set"
            raise SourceError(self.target.key, problem, export)
        try:
            return sqlalchemy.create_engine(url)
        except ImportError as error:
            problem = f"the value of {name} asks for a driver that is not installed: {error}"
            raise SourceError(self.target.key, problem, DRIVERS) from None
        except (sqlalchemy.exc.ArgumentError, ValueError):
            # Never the value itself: it holds a password.
            problem = f"the value of the environment variable {name} is no SQLAlchemy URL"
            raise SourceError(self.target.key, problem, export) from None


class Digest:
    """sha256 over the rows as CSV text, so that neither batches nor a driver's types matter."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()

    def add(self, batch: pa.RecordBatch) -> None:
        sink = pa.BufferOutputStream()
        pacsv.write_csv(batch, sink, pacsv.WriteOptions(include_header=self.rows == 0))
        self._hash.update(sink.getvalue())
        self.rows += batch.num_rows

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _arrow(part: Any, names: list[str], fit: Fit, where: str, rows: int) -> pa.RecordBatch:
    columns = list(zip(*part, strict=True))
    mend = "mend the value or the query"
    arrays, kept = [], []
    for name, values in zip(names, columns, strict=True):
        if name not in fit.filled:
            continue
        try:
            arrays.append(pa.array(values))
        except MISFIT as error:  # values of two kinds in one column
            fix = f"{mend}, then: penstock refresh {fit.project}"
            raise SourceError(f"{where}, column {name!r}", str(error), fix) from None
        kept.append(name)
    batch = pa.RecordBatch.from_arrays(arrays, names=kept)
    return fitted(batch, fit, where, rows + 1, rows, mend)
