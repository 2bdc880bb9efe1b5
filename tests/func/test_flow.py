"""The graph under Prefect, in processes of its own, with a temporary Prefect server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from penstock.core.documents import read_yaml
from tests.func.flow_runs import (
    ALL,
    artifacts_of,
    prefect_environment,
    prefect_server,
    run,
    start,
    states,
)
from tests.servers import free_port
from tests.toy_graph import make_toy, ran, repro


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's folder, shared by the runs: its database takes seconds to make."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[dict[str, str]]:
    with prefect_server(home) as env:
        yield env


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return make_toy(tmp_path / "toy")


def outs(root: Path) -> dict[str, dict[str, str]]:
    stages = read_yaml(root / "dvc.lock")["stages"]
    return {
        address: {out["path"]: out["md5"] for out in stage["outs"]}
        for address, stage in stages.items()
    }


@pytest.mark.curriculum("O31", of="flows/pipeline.py")
def test_the_flow_leaves_the_same_lock_as_dvc_repro_and_then_finds_all_cached(
    toy: Path, tmp_path: Path, served: dict[str, str]
) -> None:
    other = make_toy(tmp_path / "other")
    repro(other)
    status, output = run(toy, served)
    assert status == 0, output
    assert states(output) == dict.fromkeys(ALL, "Ran")
    assert "4 ran" in output
    assert "at work on join" in output
    assert (toy / "dvc.lock").read_bytes() == (other / "dvc.lock").read_bytes()
    status, output = run(toy, served)
    assert status == 0, output
    assert states(output) == dict.fromkeys(ALL, "Cached")
    assert "at work" not in output


def test_the_three_ways_take_turns_over_one_workspace(
    toy: Path, tmp_path: Path, served: dict[str, str]
) -> None:
    other = make_toy(tmp_path / "other")
    repro(other)
    penstock = [sys.executable, "-m", "penstock.cli", "run", "-j", "2"]

    def penstock_run(*targets: str) -> str:
        done = subprocess.run(
            [*penstock, *targets], cwd=toy, env=served, capture_output=True, text=True, check=True
        )
        return done.stdout

    repro(toy, "fetch@a")
    assert states(run(toy, served, "fetch")[1]) == {"fetch@a": "Cached", "fetch@b": "Ran"}
    assert "1 ran, 2 cached" in penstock_run("join")
    status, output = run(toy, served)
    assert status == 0, output
    assert states(output) == dict.fromkeys(ALL, "Cached") | {"sign": "Ran"}
    assert outs(toy) == outs(other)
    assert ran(toy) == ["a", "b", "join", "sign"]
    assert "up to date" in repro(toy)
    assert "4 cached" in penstock_run()


def test_a_failed_stage_stops_its_downstream_and_no_sibling(
    toy: Path, served: dict[str, str]
) -> None:
    (toy / "fail-a").touch()
    status, output = run(toy, served)
    assert status == 1
    assert states(output) == {
        "fetch@a": "Failed",
        "fetch@b": "Ran",
        "join": "Not ready",
        "sign": "Not ready",
    }
    assert "no such river" in output
    assert "failed: fetch@a" in output
    assert "not run, since they need what failed: join, sign" in output
    assert "Traceback" not in output
    (toy / "fail-a").unlink()
    status, output = run(toy, served, "join")
    assert status == 0, output
    assert states(output) == {"fetch@a": "Ran", "fetch@b": "Cached", "join": "Ran"}


def test_a_stage_is_tried_again_as_often_as_its_meta_says(
    toy: Path, served: dict[str, str]
) -> None:
    (toy / "flaky-sign").touch()
    status, output = run(toy, served)
    assert status == 0, output
    assert states(output) == dict.fromkeys(ALL, "Ran")
    assert "try again" in output
    assert "Retry 1/1" in output


def test_a_users_mistake_is_told_once_and_not_tried_again(
    toy: Path, served: dict[str, str]
) -> None:
    (toy / "refuse-sign").touch()
    status, output = run(toy, served)
    assert status == 1
    assert states(output)["sign"] == "Failed"
    assert output.count("no such bank") == 2  # in the log, and in the state it ended in
    assert "Retry" not in output
    assert "NoneType" not in output


def test_a_server_that_is_down_is_one_message_and_no_traceback(toy: Path, home: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/api"
    status, output = run(toy, prefect_environment(home, PREFECT_API_URL=url))
    assert status == 1
    assert re.fullmatch(
        rf"no answer from the Prefect server {url}: .*\n  fix: prefect server start .*\n", output
    ), output


def test_a_misspelt_target_is_one_message_and_no_traceback(
    toy: Path, served: dict[str, str]
) -> None:
    status, output = run(toy, served, "jion")
    assert status == 1
    assert "no stage 'jion' in dvc.yaml; did you mean 'join'?" in output
    assert "Traceback" not in output


def hang(process: subprocess.Popen[str], toy: Path) -> list[int]:
    """Wait until the stage that hangs has started its child; the two processes."""
    hanging = toy / "hanging.txt"
    deadline = time.monotonic() + 120
    while not (hanging.is_file() and len(hanging.read_text().split()) == 2):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.1)
    return [int(pid) for pid in hanging.read_text().split()]


def assert_ends(process: subprocess.Popen[str], pids: list[int], status: int) -> str:
    """Within seconds, with every child: they share its output, which is read to its end."""
    try:
        output, _ = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    assert process.returncode == status, output
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    return output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_all_leaves_no_child_and_no_temporary_server(
    toy: Path, home: Path, number: signal.Signals
) -> None:
    (toy / "hang-a").touch()
    process = start(toy, prefect_environment(home), "fetch@a")
    pids = hang(process, toy)
    os.killpg(process.pid, number)  # what a terminal does: the temporary server is hit as well
    output = assert_ends(process, pids, 128 + number)
    assert output.endswith(f"ended by {number.name}; what had ended before is kept\n")
    assert "Traceback" not in output


def test_a_signal_to_the_flow_alone_ends_its_temporary_server_too(toy: Path, home: Path) -> None:
    (toy / "hang-a").touch()
    process = start(toy, prefect_environment(home), "fetch@a")
    pids = hang(process, toy)
    process.send_signal(signal.SIGTERM)
    assert_ends(process, pids, 128 + signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_stays_is_told_how_the_run_ended(
    toy: Path, served: dict[str, str], number: signal.Signals
) -> None:
    (toy / "hang-a").touch()
    process = start(toy, served, "fetch@a")
    pids = hang(process, toy)
    os.killpg(process.pid, number)
    output = assert_ends(process, pids, 128 + number)
    assert "Crash detected" in output


def test_the_flow_makes_every_out_that_dvc_repro_makes_to_the_last_bit(
    small_workspace: Path,
    workspace_env: dict[str, str],
    built_workspace_source: Path,
    served: dict[str, str],
) -> None:
    env = {**served, **workspace_env}
    status, output = run(small_workspace, env)
    assert status == 0, output
    assert set(states(output).values()) == {"Ran"}
    assert outs(small_workspace) == outs(built_workspace_source)
    locks = [root / "dvc.lock" for root in (small_workspace, built_workspace_source)]
    assert locks[0].read_bytes() == locks[1].read_bytes()
    status, output = run(small_workspace, env)
    assert status == 0, output
    assert set(states(output).values()) == {"Cached"}
    shown = artifacts_of(served, output)
    assert {"plan", "leaderboard-creditcard", "leaderboard-fraud"} <= set(shown)
    assert {row["stale?"] for row in shown["plan"]} == {"no"}
    assert "| forest |" in shown["stage-evaluate-fraud"]
    assert "reports/fraud/gate.html" in shown["stage-validate-fraud"]
