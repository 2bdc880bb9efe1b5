"""A disk that takes no more: the state says so, requests are shed or served, nothing crashes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from penstock.core.settings import parse
from penstock.serving.log.errors import LogUnwritten
from penstock.serving.log.opening import open_log, open_reader
from penstock.serving.log.settings import LogSettings
from tests.champions import PROJECT
from tests.predictions import make_predictions
from tests.workspace import ROOT, environment

# A limit on the size of files stands for the full disk: write() fails in the same way.
WRITER = """
import json, resource, sys, time
from pathlib import Path
from penstock.core.settings import parse
from penstock.serving.log.errors import LogFull, LogUnwritten
from penstock.serving.log.opening import open_log
from penstock.serving.log.settings import LogSettings
from tests.predictions import make_prediction

root, when_full, roomy = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "roomy"
settings = {"flush_seconds": 0.01, "rows": 50, "when_full": when_full}
log = open_log(root, parse(LogSettings, settings, ""))

def wait(holds):
    end = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)

log.append(make_prediction(0))
wait(lambda: log.state().waiting == 0)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 12, hard))
taken, shed = 1, 0
for number in range(1, 101):
    try:
        log.append(make_prediction(number))
        taken += 1
    except LogFull:
        shed += 1
    if log.state().problem is None:
        time.sleep(0.02)
wait(lambda: log.state().problem is not None)
full = log.state()
found = log.find(make_prediction(0).id)
if roomy:
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    wait(lambda: log.state().waiting == 0 and log.state().problem is None)
try:
    log.close()
    unwritten = ""
except LogUnwritten as error:
    unwritten = str(error)
told = {"taken": taken, "shed": shed, "dropped": full.dropped, "problem": full.problem}
print(json.dumps(told | {"waiting": full.waiting, "unwritten": unwritten}))
"""


def fill(root: Path, when_full: str, then: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(root), when_full, then],
        cwd=ROOT,
        env=environment(ROOT) | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def logged(root: Path) -> int:
    return sum(table.num_rows for table in open_reader(root).tables(PROJECT))


def test_a_full_disk_sheds_and_what_was_taken_is_written_once_there_is_room(
    tmp_path: Path,
) -> None:
    told = fill(tmp_path, "shed", "roomy")
    assert told["shed"] > 0 and told["dropped"] == 0
    assert "File too large" in told["problem"] and str(tmp_path) in told["problem"]
    assert told["unwritten"] == ""
    assert logged(tmp_path) == told["taken"]


def test_a_full_disk_may_be_served_on_unlogged(tmp_path: Path) -> None:
    told = fill(tmp_path, "serve", "roomy")
    assert told["shed"] == 0 and told["dropped"] > 0
    assert logged(tmp_path) == told["taken"] - told["dropped"]


def test_a_stop_on_a_full_disk_says_how_many_are_lost(tmp_path: Path) -> None:
    told = fill(tmp_path, "shed", "full")
    assert f"{told['waiting']} predictions were answered and could not be" in told["unwritten"]
    assert told["unwritten"].endswith("fix: make room on the disk before the next start")
    assert logged(tmp_path) == told["taken"] - told["waiting"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_that_is_really_full_does_the_same(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], check=False
    )
    if mounted.returncode:
        pytest.skip("this container may not mount")
    try:
        log = open_log(small, parse(LogSettings, {"flush_seconds": 60.0}, ""))
        for one in make_predictions(2000):
            log.append(one)
        with pytest.raises(LogUnwritten, match="No space left on device"):
            log.close()
    finally:
        subprocess.run(["umount", str(small)], check=True)
