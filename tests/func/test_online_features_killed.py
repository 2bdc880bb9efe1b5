"""A server that is killed forgets the last moments at most, and what is sent again counts once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from penstock.core.config import Params, load_params
from penstock.serving.online.opening import open_features
from tests.online_world import differing, town
from tests.workspace import ROOT, edit_params, environment

FLUSH = 0.1
SETTINGS = {"features": {"flush_seconds": FLUSH, "checkpoint_seconds": 0.3, "ids_days": 365}}
GRACE = 0.5  # seconds that two busy cores may take to write what is due


def killed_after(root: Path, start: int, seconds: float) -> tuple[list[tuple[int, float]], float]:
    """(row, when it was answered) of events posted from `start` on, and when the kill came."""
    command = [sys.executable, "-m", "tests.online_killed", str(root), str(start)]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**environment(ROOT), "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    answered = [process.stdout.readline()]
    time.sleep(seconds)
    killed = time.monotonic()
    process.send_signal(signal.SIGKILL)
    answered += process.stdout.readlines()
    process.wait()
    lines = [line.split() for line in answered if line.endswith("\n")]
    return [(int(row), float(at)) for row, at in lines], killed


def resent(root: Path, params: Params, rows: int) -> tuple[np.ndarray, list[int], int]:
    """All events so far posted again: features, rows that were remembered, where to go on."""
    features = open_features(root, params, "fraud", lambda line: None)
    made, remembered = np.full((rows, 33), np.nan), []
    for row, event in enumerate(town().events(0, rows)):
        admitted = features.admit(event)
        if admitted.earlier is not None:
            assert admitted.earlier == b"%d" % row
            remembered.append(row)
        else:
            made[row] = admitted.vector
            features.settle(event, b"%d" % row)
    features.close()
    return made, remembered, rows


def test_a_killed_server_forgets_less_than_it_says_and_counts_nothing_twice(
    tmp_path: Path,
) -> None:
    world = town()
    world.workspace(tmp_path, 0)
    edit_params(tmp_path, serving=SETTINGS)
    params, start = load_params(tmp_path), 0
    for seconds in (0.15, 0.7, 1.3):  # before, while and after states are written
        answered, killed = killed_after(tmp_path, start, seconds)
        rows = answered[-1][0] + 1
        made, remembered, start = resent(tmp_path, params, rows)
        due = [row for row, at in answered if at < killed - FLUSH - GRACE]
        assert set(due) <= set(remembered)
        again = sorted(set(range(rows)) - set(remembered))
        assert differing(made[again], expected_without_labels(rows)[again]) == 0


def expected_without_labels(rows: int) -> np.ndarray:
    """What a batch tells where no label is known."""
    from penstock.projects.fraud.inputs import FeatureSettings, build

    table = town().table.iloc[:rows]
    unknown = table.assign(label=table["label"].mask(table["label"].notna()))
    made = build(FeatureSettings()).batch(unknown)
    return np.ascontiguousarray(made.to_numpy(np.float64))
