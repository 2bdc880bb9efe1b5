"""Predictions in Parquet: a folder for each project and day, `P/2026-11-20/NAME.parquet`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from penstock.core.files import atomic
from penstock.serving.contracts import Prediction
from penstock.serving.log.day_files import compact, opened
from penstock.serving.log.errors import BadLog
from penstock.serving.log.ids import day_of
from penstock.serving.log.rows import SCHEMA, to_predictions, with_new_columns


class Days:
    """The log below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._touched: set[Path] = set()

    @property
    def url(self) -> str:
        return str(self._folder)

    def put(self, name: str, tables: Iterator[pa.Table]) -> None:
        parts: dict[tuple[str, date], list[pa.Table]] = {}
        for table in tables:
            for where, part in _by_day(table):
                parts.setdefault(where, []).append(part)
        for (project, day), those in parts.items():
            folder = self._folder / project / day.isoformat()
            with atomic(folder / f"{name}.parquet") as file:
                pq.write_table(pa.concat_tables(those), file, compression="zstd")
            self._touched.add(folder)

    def tidy(self, compact_files: int) -> None:
        for folder in sorted(self._touched):
            compact(folder, compact_files)
            self._touched.discard(folder)

    def find(self, prediction_id: str) -> Prediction | None:
        made, wanted = day_of(prediction_id), pc.field("id") == prediction_id
        for project in sorted(self._folder.glob("*")):
            for day in (made, made + timedelta(days=1)):  # answered a moment after it was made
                folder = project / day.isoformat()
                for table in _read(folder, SCHEMA.names, wanted):
                    if table.num_rows:
                        return to_predictions(table)[0]
        return None

    def tables(
        self, project: str, since: date | None, until: date | None, columns: Sequence[str]
    ) -> Iterator[pa.Table]:
        first, last = (since or date.min).isoformat(), (until or date.max).isoformat()
        for folder in sorted((self._folder / project).glob("????-??-??")):
            if first <= folder.name <= last:
                yield from _read(folder, columns, None)


def _by_day(table: pa.Table) -> Iterator[tuple[tuple[str, date], pa.Table]]:
    days = pc.cast(pc.floor_temporal(table["at"], unit="day"), pa.date32())
    where = pa.table({"project": table["project"], "day": days})
    for row in where.group_by(["project", "day"]).aggregate([]).to_pylist():
        own = pc.and_(pc.equal(table["project"], row["project"]), pc.equal(days, row["day"]))
        yield (row["project"], row["day"]), table.filter(own)


def _read(folder: Path, columns: Sequence[str], wanted: pc.Expression | None) -> Iterator[pa.Table]:
    schema = pa.schema([SCHEMA.field(name) for name in columns])
    try:
        with opened(folder) as files:
            for file in files:
                there = set(pq.read_schema(file).names)
                names = [one.name for one in schema if one.name in there or not one.nullable]
                table = pq.read_table(file, columns=names, filters=wanted, use_threads=False)
                yield with_new_columns(table, schema)
    except (ValueError, TypeError) as error:  # of Arrow: no Parquet, or other columns
        raise BadLog(str(folder), " ".join(str(error).split())) from None
