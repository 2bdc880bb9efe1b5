"""The process that brings predictions home: it may die, and it outlives nobody for long."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from penstock.core.settings import parse
from penstock.serving.log.opening import open_log, open_reader
from penstock.serving.log.settings import LogSettings
from penstock.serving.log.writer import SpooledLog
from tests.champions import PROJECT
from tests.predictions import log_folder, make_prediction, make_predictions
from tests.workspace import ROOT, environment

SETTINGS = {"flush_seconds": 0.01, "pack_seconds": 0.02}
SERVER = """
import sys
from pathlib import Path
from penstock.core.settings import parse
from penstock.serving.log.opening import open_log
from penstock.serving.log.settings import LogSettings

log = open_log(Path(sys.argv[1]), parse(LogSettings, {"flush_seconds": 0.01}, ""))
from penstock.serving.contracts import Origin, Prediction
from penstock.serving.log.ids import new_id

origin = Origin("river", "tree", "a", "b", None, "d", "sql")
one = Prediction(new_id(1), 1, "river", "champion", origin, "onnx", "1", "1", b"{}", b"", 0.5)
log.append(one)
while log.state().waiting:
    pass
assert log.find(one.id) == one
log.close()
print([name for name in ("pyarrow", "pandas") if name in sys.modules])
"""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SpooledLog]:
    opened = open_log(tmp_path, parse(LogSettings, SETTINGS, ""))
    yield opened
    opened.close()


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.02)


def carriers(root: Path) -> list[psutil.Process]:
    """Processes that bring home what lies in `root`."""
    return [one for one in psutil.Process().children() if str(root) in one.cmdline()]


def parquet(root: Path) -> int:
    return len(list(log_folder(root).rglob("[!.]*.parquet")))


def test_one_that_was_killed_has_a_successor(log: SpooledLog, tmp_path: Path) -> None:
    first, second = make_predictions(2)
    log.append(first)
    wait_for(lambda: parquet(tmp_path) == 1)
    [carrier] = carriers(tmp_path)
    carrier.send_signal(signal.SIGKILL)
    carrier.wait()
    log.append(second)
    wait_for(lambda: log.state().problem is not None or parquet(tmp_path) == 2)
    log.append(make_prediction(2))
    wait_for(lambda: parquet(tmp_path) >= 2 and log.state().problem is None)
    log.close()
    wait_for(lambda: carriers(tmp_path) == [])
    assert sum(table.num_rows for table in open_reader(tmp_path).tables(PROJECT)) == 3


def test_one_that_no_table_takes_is_counted_and_takes_no_other_with_it(
    log: SpooledLog, tmp_path: Path
) -> None:
    for one in (make_prediction(0), make_prediction(1, vector=b"odd"), make_prediction(2)):
        log.append(one)
    wait_for(lambda: log.state().dropped == 1)
    tables = open_reader(tmp_path).tables(PROJECT, columns=["event_id"])
    assert [name for table in tables for name in table["event_id"].to_pylist()] == ["0", "2"]


def test_a_server_needs_no_arrow_to_log_and_to_find_what_it_logged(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVER, str(tmp_path)],
        env=environment(ROOT) | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
    wait_for(lambda: parquet(tmp_path) == 1)
