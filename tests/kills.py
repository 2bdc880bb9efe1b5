"""Runs that are killed at random instants, and what has to hold afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from penstock.core.documents import read_yaml
from tests.processes import assert_gone, wait_until
from tests.toy_graph import environment, make_toy, ran, repro

STAGES = {"fetch@a": "a", "fetch@b": "b", "join": "join", "sign": "sign"}
RUN = [sys.executable, "-m", "penstock.cli", "run"]
STAGE_SECONDS = "0.3"
FLOW = Path(__file__).parents[1] / "flows" / "pipeline.py"
WITH_SERVER_SECONDS = 240.0


def reference(root: Path) -> dict[str, object]:
    """The stages of dvc.lock as `dvc repro` leaves them."""
    repro(make_toy(root))
    return stages_of(root)


def stages_of(root: Path) -> dict[str, object]:
    """What dvc.lock holds, in whatever order; nothing where there is none."""
    lock = root / "dvc.lock"
    return dict(read_yaml(lock)["stages"]) if lock.is_file() else {}


def processes_in(root: Path) -> list[psutil.Process]:
    """Whatever is at work in `root`."""
    found = []
    for one in psutil.process_iter():
        try:
            if Path(one.cwd()) == root and one.status() != psutil.STATUS_ZOMBIE:
                found.append(one)
        except (psutil.Error, OSError):
            continue
    return found


def worker_in(root: Path) -> psutil.Process | None:
    """The process of a stage at work in `root`."""
    for one in processes_in(root):
        try:
            if "penstock.engine.attempt" in one.cmdline():
                return one
        except psutil.Error:
            continue
    return None


def start(root: Path, command: list[str], **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=root,
        env=environment(TOY_SECONDS=STAGE_SECONDS, **more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill_a_worker(root: Path, rng: random.Random) -> None:
    """Start a run and kill -9 one of its stages, a random moment after it has begun."""
    run = start(root, RUN)
    wait_until(lambda: worker_in(root) or run.poll() is not None)
    time.sleep(rng.uniform(0, 2.5))
    victim = worker_in(root)
    if victim is not None:
        os.kill(victim.pid, signal.SIGKILL)
    run.wait(120)


def kill_a_run(root: Path, rng: random.Random) -> None:
    """Start a run and kill -9 it after a random time."""
    run = start(root, RUN)
    time.sleep(rng.uniform(0.3, 5.0))
    run.kill()
    run.wait()


def kill_a_flow(root: Path, rng: random.Random, env: dict[str, str]) -> None:
    """Start a flow and kill -9 it a random moment after its first stage has begun."""
    flow = start(root, [sys.executable, str(FLOW)], **env)
    wait_until(lambda: worker_in(root) or flow.poll() is not None, 120)
    time.sleep(rng.uniform(0, 4.0))
    flow.kill()
    flow.wait()


def kill_a_server(root: Path, rng: random.Random, env: dict[str, str]) -> None:
    """Start a flow, kill -9 the server that it reports to, and have it come back as `up` does."""
    flow = start(root, [sys.executable, str(FLOW)], **env)
    wait_until(lambda: worker_in(root) or flow.poll() is not None, 120)
    time.sleep(rng.uniform(0, 4.0))
    port = env["PREFECT_API_URL"].rpartition(":")[2].partition("/")[0]
    for one in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if {"server", "start", port} <= set(one.cmdline()):
                os.killpg(os.getpgid(one.pid), signal.SIGKILL)
                break
    again = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"]
    server = start(root.parent, [*again, "--port", port], **env)
    try:
        flow.wait(WITH_SERVER_SECONDS)
    finally:
        flow.kill()
        flow.wait()
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def assert_nothing_is_lost(root: Path, wanted: dict[str, object]) -> None:
    """The lock parses, the rerun runs what had not ended and nothing else, to the same hashes."""
    assert_gone(one.pid for one in processes_in(root))
    ended = set(stages_of(root))
    before = ran(root)
    done = subprocess.run(
        [*RUN, "--json"], cwd=root, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = {one["stage"]: one["outcome"] for one in json.loads(done.stdout)["stages"]}
    assert stages_of(root) == wanted
    again = ran(root)[len(before) :]
    assert {found[address] for address in ended} <= {"Cached"}
    assert not {STAGES[address] for address in ended} & set(again)
    assert "up to date" in repro(root)


def fresh(root: Path) -> Path:
    """A graph of which nothing has run, in a folder that may have been used before."""
    shutil.rmtree(root, ignore_errors=True)
    return make_toy(root)
