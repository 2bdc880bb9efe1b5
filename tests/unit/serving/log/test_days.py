"""Parquet by day: every row once, whatever happens while files are made one."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from penstock.serving.contracts import Origin
from penstock.serving.log.day_files import compact, live, opened
from penstock.serving.log.days import Days
from penstock.serving.log.errors import BadLog
from penstock.serving.log.rows import SCHEMA, to_table
from tests.champions import PROJECT
from tests.predictions import DAY, NOON, make_prediction, make_predictions

ALL = make_predictions(6)


def days_with(folder: Path, files: int) -> Days:
    days = Days(folder)
    for number in range(files):
        days.put(f"spool-{number}", iter([to_table([ALL[number]])]))
    return days


def events(days: Days, since: date | None = None, until: date | None = None) -> list[str]:
    tables = days.tables(PROJECT, since, until, ["event_id"])
    return sorted(name for table in tables for name in table["event_id"].to_pylist())


def test_the_same_spool_again_is_once(tmp_path: Path) -> None:
    days = days_with(tmp_path, 2)
    days.put("spool-1", iter([to_table([ALL[1]])]))
    assert events(days) == ["0", "1"]


def test_small_files_become_one_and_every_row_stays_once(tmp_path: Path) -> None:
    days, folder = days_with(tmp_path, 3), tmp_path / PROJECT / "2026-11-20"
    days.tidy(2)
    [one] = live(folder)
    assert [path.name for path in folder.glob("*.parquet")] == [one.name]
    for number in (3, 4):
        days.put(f"spool-{number}", iter([to_table([ALL[number]])]))
    days.tidy(2)
    assert len(live(folder)) == 1
    assert events(days) == ["0", "1", "2", "3", "4"]
    assert days.find(ALL[0].id) == ALL[0]


def test_files_of_before_there_were_lists_are_read_and_made_one_with_others(
    tmp_path: Path,
) -> None:
    days, folder = days_with(tmp_path, 1), tmp_path / PROJECT / "2026-11-20"
    listed = make_prediction(1, listed=b"{}")
    days.put("spool-1", iter([to_table([listed])]))
    for name in ("spool-0", "spool-2"):  # the oldest, and the newest: two versions write at once
        old = to_table([ALL[int(name[-1])]]).drop_columns("listed")
        pq.write_table(old, folder / f"{name}.parquet")
    for _ in range(2):
        assert [days.find(one.id) for one in (ALL[0], listed, ALL[2])] == [ALL[0], listed, ALL[2]]
        tables = days.tables(PROJECT, None, None, ["listed", "event_id"])
        rows = [row for table in tables for row in table.to_pylist()]
        found = {row["event_id"]: row["listed"] for row in rows}
        assert found == {"0": None, "1": b"{}", "2": None}
        days.tidy(2)
    [one] = live(folder)
    assert pq.read_schema(one).names == SCHEMA.names


def test_parts_that_a_kill_left_beside_the_whole_count_no_more(tmp_path: Path) -> None:
    days, folder = days_with(tmp_path, 3), tmp_path / PROJECT / "2026-11-20"
    shutil.copytree(folder, tmp_path / "before")
    compact(folder, 2)
    days.put("spool-5", iter([to_table([ALL[5]])]))
    compact(folder, 2)  # of the whole and another: it still stands for the parts
    for part in (tmp_path / "before").glob("*.parquet"):
        shutil.copy2(part, folder)
    assert events(days) == ["0", "1", "2", "5"]
    compact(folder, 99)
    assert len(list(folder.glob("*.parquet"))) == 1


def test_who_reads_is_not_disturbed_by_files_that_become_one(tmp_path: Path) -> None:
    days_with(tmp_path, 3)
    folder = tmp_path / PROJECT / "2026-11-20"
    with opened(folder) as files:
        compact(folder, 2)
        assert all(file.read(4) == b"PAR1" for file in files)


def test_rows_lie_on_their_own_days(tmp_path: Path) -> None:
    late = make_prediction(1, at=NOON + DAY)
    days = Days(tmp_path)
    days.put("spool", iter([to_table([ALL[0], late])]))
    assert sorted(path.name for path in (tmp_path / PROJECT).iterdir()) == [
        "2026-11-20",
        "2026-11-21",
    ]
    assert events(days, until=date(2026, 11, 20)) == ["0"]
    assert events(days, since=date(2026, 11, 21)) == ["1"]
    assert days.find(late.id) == late


def test_projects_lie_apart(tmp_path: Path) -> None:
    origin = Origin("lake", "net", "9" * 64, "8" * 64, None, "7" * 64, "sql")
    other = make_prediction(1, project="lake", origin=origin)
    days = Days(tmp_path)
    days.put("spool", iter([to_table([ALL[0], other])]))
    assert events(days) == ["0"]
    assert (days.find(other.id), days.find(ALL[0].id)) == (other, ALL[0])


def test_one_that_was_answered_after_midnight_is_found(tmp_path: Path) -> None:
    before = make_prediction(at=NOON + DAY // 2 - 1)
    days = Days(tmp_path)
    answered = make_prediction(id=before.id, at=NOON + DAY // 2 + 1)
    days.put("spool", iter([to_table([answered])]))
    assert days.find(before.id) == answered


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    days = days_with(tmp_path, 1)
    (tmp_path / PROJECT / "2026-11-20" / "spool-0.parquet").write_bytes(b"not at all")
    with pytest.raises(BadLog, match=r"2026-11-20.*\n  fix: move"):
        events(days)


@pytest.mark.parametrize("column", [{}, {"event_id": [7]}, {"event_id": [None]}])
def test_a_file_of_other_columns_is_named(tmp_path: Path, column: dict[str, Any]) -> None:
    days = days_with(tmp_path, 1)
    table = pa.table({"at": [1], **column})
    pq.write_table(table, tmp_path / PROJECT / "2026-11-20" / "spool-0.parquet")
    with pytest.raises(BadLog, match=r"2026-11-20.*\n  fix: move"):
        events(days)
    with pytest.raises(BadLog):
        days.find(ALL[0].id)
