"""Runs that are dead and runs that live, with the windows of earnest use; some 12 minutes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.penstock_up import Up, penstock_up
from tests.sleepy_flow import has_begun, make_sleepy, sleep_run, state
from tests.toy_graph import make_toy


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    with penstock_up(make_sleepy(make_toy(tmp_path / "toy"))) as one:
        one.wait_until_up()
        yield one


def kill(up: Up, words: str) -> None:
    [process] = up.processes(words)
    os.kill(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("wait", [2, 29])
def test_a_run_killed_with_its_worker_is_over_within_120_s(up: Up, wait: int) -> None:
    """Just after a heartbeat, and just before the next."""
    run = sleep_run(up, 600)
    up.wait(lambda: has_begun(up, run), "the run has begun")
    time.sleep(wait)
    kill(up, "prefect worker start")  # else it would tell the server itself
    kill(up, "prefect.engine")
    killed = time.monotonic()
    up.wait(lambda: state(up, run) == "Crashed", "it is over", 120)
    print(f"\nkilled {wait} s after it began: Crashed after {time.monotonic() - killed:.0f} s")
    after = sleep_run(up, 0)
    up.wait(lambda: state(up, after) == "Completed", "its place in the pool is free")


def test_a_run_longer_than_the_window_is_never_given_up(up: Up) -> None:
    run = sleep_run(up, 240)
    up.wait(lambda: has_begun(up, run), "the run has begun")
    while state(up, run) == "Running":
        time.sleep(2)
    assert state(up, run) == "Completed"


def test_a_server_that_is_away_for_longer_than_the_window_kills_no_run(up: Up) -> None:
    run = sleep_run(up, 200)
    up.wait(lambda: has_begun(up, run), "the run has begun")
    up.process.send_signal(signal.SIGSTOP)  # nobody brings the server back
    kill(up, "prefect server start")
    time.sleep(110)
    up.process.send_signal(signal.SIGCONT)
    up.wait(lambda: state(up, run) == "Completed", "it ends as if nothing had been", 150)
