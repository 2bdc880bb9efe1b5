"""`kill -9` of a process that logs: what is lost is what was taken since the last flush."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from penstock.core.settings import parse
from penstock.serving.log.opening import open_log, open_reader
from penstock.serving.log.settings import LogSettings
from penstock.serving.log.shelf import spool_folder
from penstock.serving.log.spool import spools
from tests.champions import PROJECT
from tests.workspace import ROOT, environment

FLUSH = 0.05
PACK = 0.2
WRITER = f"""
import sys, time
from pathlib import Path
from penstock.core.settings import parse
from penstock.serving.log.opening import open_log
from penstock.serving.log.settings import LogSettings
from tests.predictions import make_prediction

settings = {{"flush_seconds": {FLUSH}, "pack_seconds": {PACK}, "compact_files": 2}}
log = open_log(Path(sys.argv[1]), parse(LogSettings, settings, ""))
for number in range(10**9):
    log.append(make_prediction(number))
    if number % 10 == 0:
        print(number, log.state().waiting, time.monotonic(), flush=True)
    time.sleep(0.0005)
"""


def write_and_kill(root: Path, seconds: float) -> tuple[int, int]:
    """Numbers of the last prediction, and of the last that was taken a flush before the kill."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root)],
        cwd=ROOT,
        env=environment(ROOT) | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline()]  # it has begun
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    lines += process.stdout.read().splitlines()
    process.wait()
    told = [line.split() for line in lines if len(line.split()) == 3]
    number, waiting, _ = told[-1]
    return int(number), int(number) - int(waiting)


@pytest.mark.parametrize("seconds", [0.02, 0.21, 0.6])
def test_a_kill_loses_what_was_not_flushed_and_nothing_else(tmp_path: Path, seconds: float) -> None:
    last, flushed = write_and_kill(tmp_path, seconds)
    open_log(tmp_path, parse(LogSettings, {}, "")).close()
    end = time.monotonic() + 90
    while spools(spool_folder(tmp_path)) and time.monotonic() < end:
        time.sleep(0.01)  # what the dead one had sent out may bring them home too
    tables = open_reader(tmp_path).tables(PROJECT, columns=["event_id"])
    found = [int(name) for table in tables for name in table["event_id"].to_pylist()]
    assert sorted(found) == list(range(len(found))), "none twice, none left out"
    assert flushed <= len(found) <= last + 40
    assert spools(spool_folder(tmp_path)) == []
