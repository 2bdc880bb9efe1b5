"""The log of a server: found at once, on disk after a flush, home in the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.serving.log.errors import LogFull, UnknownPrediction
from penstock.serving.log.frames import to_frame
from penstock.serving.log.ids import new_id
from penstock.serving.log.opening import open_log, open_reader
from penstock.serving.log.settings import LogSettings
from penstock.serving.log.shelf import spool_folder
from penstock.serving.log.spool import Spool, spools
from penstock.serving.log.writer import SpooledLog
from tests.champions import PROJECT
from tests.predictions import (
    DAY,
    NOON,
    log_folder,
    make_list,
    make_prediction,
    make_predictions,
    write_log,
)

Opener = Callable[..., SpooledLog]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens a log in `tmp_path`; what a test leaves open is closed."""
    logs: list[SpooledLog] = []

    def open_one(**settings: Any) -> SpooledLog:
        logs.append(open_log(tmp_path, parse(LogSettings, settings, "serving.log")))
        return logs[-1]

    yield open_one
    for log in logs:
        log.close()


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.01)


def logged(root: Path) -> list[str]:
    tables = open_reader(root).tables(PROJECT, columns=["event_id"])
    return sorted(name for table in tables for name in table["event_id"].to_pylist())


def test_a_prediction_is_found_before_it_is_on_disk(opened: Opener) -> None:
    log, one = opened(flush_seconds=60), make_prediction()
    log.append(one)
    assert log.find(one.id) == one
    assert log.state().waiting == 1


def test_other_processes_see_it_after_a_flush(opened: Opener, tmp_path: Path) -> None:
    log, one = opened(flush_seconds=0.01), make_prediction()
    log.append(one)
    wait_for(lambda: log.state().waiting == 0)
    assert not log_folder(tmp_path).exists()
    assert open_reader(tmp_path).need(one.id) == log.find(one.id) == one
    assert logged(tmp_path) == ["0"]


def test_a_clean_stop_loses_nothing(opened: Opener, tmp_path: Path) -> None:
    log, all_of_them = opened(flush_seconds=60), make_predictions(2500)
    for one in all_of_them:
        log.append(one)
    log.close()
    log.close()
    assert logged(tmp_path) == sorted(one.event_id for one in all_of_them)
    wait_for(lambda: spools(spool_folder(tmp_path)) == [])
    assert log.state().taken == 2500
    assert open_reader(tmp_path).need(all_of_them[1999].id) == all_of_them[1999]


@pytest.mark.parametrize("settings", [{"pack_seconds": 0.02}, {"spool_bytes": 4096}])
def test_spools_go_home_while_the_server_runs(
    opened: Opener, tmp_path: Path, settings: dict[str, Any]
) -> None:
    log = opened(flush_seconds=0.01, **settings)
    for one in make_predictions(300):
        log.append(one)
    wait_for(lambda: any(log_folder(tmp_path).rglob("*.parquet")))
    assert logged(tmp_path) == sorted(str(number) for number in range(300))


def test_a_full_log_sheds(opened: Opener) -> None:
    log = opened(flush_seconds=60, rows=2)
    first, second, third = make_predictions(3)
    log.append(first)
    log.append(second)
    with pytest.raises(LogFull, match=r"holds 2 predictions.*\n  fix: call again later"):
        log.append(third)


def test_long_lists_fill_the_log_sooner_and_make_room_when_they_are_written(
    opened: Opener,
) -> None:
    log, long = opened(flush_seconds=60, rows=10), b" " * (8 << 10)
    log.append(make_list(0, listed=long))
    log.append(make_list(1))
    with pytest.raises(LogFull, match="holds 2 predictions"):
        log.append(make_list(2, listed=long))
    log = opened(flush_seconds=0.01, rows=10)
    for number in range(3):
        log.append(make_list(number, listed=long))
        wait_for(lambda: log.state().waiting == 0)


def test_a_full_log_serves_where_that_was_asked_for(opened: Opener, tmp_path: Path) -> None:
    log = opened(flush_seconds=60, rows=2, when_full="serve")
    for one in make_predictions(3):
        log.append(one)
    assert log.state().dropped == 1
    log.close()
    assert logged(tmp_path) == ["0", "1"]


def test_one_that_can_not_be_written_takes_no_other_with_it(opened: Opener, tmp_path: Path) -> None:
    log = opened(flush_seconds=60)
    log.append(make_prediction(0))
    log.append(make_prediction(1, vector=b"odd"))
    log.append(make_prediction(2, entity="\ud800"))
    log.append(make_prediction(3))
    log.close()
    assert logged(tmp_path) == ["0", "3"]
    assert log.state().dropped == 2


def test_what_a_dead_process_left_is_brought_home(opened: Opener, tmp_path: Path) -> None:
    left = spool_folder(tmp_path) / f"{new_id(NOON)}.spool"
    left.parent.mkdir(parents=True)
    frames = [to_frame([one]) for one in make_predictions(3)]
    left.write_bytes(b"".join(frames)[:-1])
    opened()
    wait_for(lambda: not left.exists())
    assert logged(tmp_path) == ["0", "1"]


def test_what_a_living_process_writes_is_left_to_it(opened: Opener, tmp_path: Path) -> None:
    theirs = Spool(spool_folder(tmp_path), new_id(NOON))
    theirs.write([to_frame([make_prediction(7)])])
    opened(flush_seconds=0.01).close()
    assert theirs.path.exists()
    theirs.close()
    opened().close()
    wait_for(lambda: not theirs.path.exists())
    assert logged(tmp_path) == ["7"]


def test_an_id_that_nobody_gave_is_told_with_the_fix(tmp_path: Path) -> None:
    reader, unknown = open_reader(tmp_path), new_id(NOON)
    with pytest.raises(UnknownPrediction, match=r"nothing of that id.*2026-11-20\n  fix: "):
        reader.need(unknown)
    with pytest.raises(UnknownPrediction, match="an id looks like"):
        reader.need("77")


def test_rows_that_go_home_while_one_reads_are_read_once(opened: Opener, tmp_path: Path) -> None:
    write_log(tmp_path, [make_prediction(0)])
    log = opened(flush_seconds=0.01)
    log.append(make_prediction(1, at=NOON + DAY))
    wait_for(lambda: log.state().waiting == 0)
    tables = open_reader(tmp_path).tables(PROJECT, columns=["event_id"])
    found = next(tables)["event_id"].to_pylist()
    log.close()
    assert any(log_folder(tmp_path).rglob("2026-11-21/*.parquet"))
    found += [name for table in tables for name in table["event_id"].to_pylist()]
    assert found == ["0", "1"]


def test_days_bound_what_is_still_on_a_spool(opened: Opener, tmp_path: Path) -> None:
    log = opened(flush_seconds=0.01)
    log.append(make_prediction(0))
    wait_for(lambda: log.state().waiting == 0)
    reader = open_reader(tmp_path)
    assert sum(t.num_rows for t in reader.tables(PROJECT, since=date(2026, 11, 21))) == 0
    assert sum(t.num_rows for t in reader.tables(PROJECT, until=date(2026, 11, 20))) == 1
    assert sum(t.num_rows for t in reader.tables("other")) == 0


def test_a_bad_setting_is_named() -> None:
    with pytest.raises(ParamsError, match=r"serving\.log\.when_full"):
        parse(LogSettings, {"when_full": "panic"}, "serving.log")
