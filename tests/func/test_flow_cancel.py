"""Cancel in the Prefect UI: a real server, a real worker, and a stage that hangs with a child."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.func.flow_runs import FLOW, ask, prefect_server
from tests.processes import assert_gone, wait_until
from tests.toy_graph import make_toy, ran

DEPLOY = f"""
import sys
sys.path.insert(0, {str(FLOW.parent)!r})
from pipeline import pipeline
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate

step = "prefect.deployments.steps.set_working_directory"
with get_client(sync_client=True) as client:
    client.create_work_pool(WorkPoolCreate(name="here", type="process"), overwrite=True)
    made = client.create_deployment(
        flow_id=client.create_flow(pipeline),
        name="toy",
        entrypoint={f"{FLOW}:pipeline"!r},
        pull_steps=[{{step: {{"directory": sys.argv[1]}}}}],
        work_pool_name="here",
    )
print(made)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with prefect_server(tmp_path_factory.mktemp("prefect")) as env:
        yield {**env, "PREFECT_WORKER_QUERY_SECONDS": "1"}


@contextmanager
def worker(root: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process worker that runs what is due in `root`."""
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "here"]
    with (root / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--type", "process"], cwd=root, env=env, process_group=0, stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def deploy(root: Path, env: dict[str, str]) -> str:
    """The id of a deployment of the pipeline that runs in `root`."""
    command = [sys.executable, "-c", DEPLOY, str(root)]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split()[-1]


def state_of(env: dict[str, str], run: dict[str, Any]) -> str:
    return str(ask(env, f"flow_runs/{run['id']}")["state_name"])


def begin(env: dict[str, str], deployment: str, *targets: str) -> dict[str, Any]:
    asked = {"parameters": {"targets": list(targets)}, "state": {"type": "SCHEDULED"}}
    run: dict[str, Any] = ask(env, f"deployments/{deployment}/create_flow_run", asked)
    return run


def cancel(env: dict[str, str], run: dict[str, Any]) -> None:
    """What the button in the UI does."""
    ask(env, f"flow_runs/{run['id']}/set_state", {"state": {"type": "CANCELLING"}, "force": False})


def test_cancel_ends_the_stage_with_its_children_and_the_run_is_cancelled(
    tmp_path: Path, served: dict[str, str]
) -> None:
    toy = make_toy(tmp_path / "toy")
    (toy / "hang-a").touch()
    hanging = toy / "hanging.txt"
    with worker(toy, served):
        run = begin(served, deploy(toy, served), "fetch@a")
        wait_until(lambda: hanging.is_file() and len(hanging.read_text().split()) == 2, 120)
        pids = [int(pid) for pid in hanging.read_text().split()]
        cancel(served, run)
        assert_gone(pids, 60)
        wait_until(lambda: state_of(served, run) == "Cancelled", 60)
    assert not (toy / "data" / "a.txt").exists()
    assert not (toy / "dvc.lock").exists()


def test_a_run_that_waits_to_try_again_is_cancelled_and_does_not(
    tmp_path: Path, served: dict[str, str]
) -> None:
    toy = make_toy(tmp_path / "toy")
    (toy / "flaky-sign").touch()  # fails once
    with worker(toy, served):
        run = begin(served, deploy(toy, served))
        wait_until(lambda: not (toy / "flaky-sign").exists(), 120)
        cancel(served, run)
        wait_until(lambda: state_of(served, run) == "Cancelled", 60)
    assert sorted(ran(toy)) == ["a", "b", "join"]
