"""The graph under Prefect, in processes of its own, with a temporary Prefect server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from penstock.core.documents import read_yaml
from tests.toy_graph import environment, make_toy, repro

FLOW = Path(__file__).parents[2] / "flows" / "pipeline.py"
ALL = ["fetch@a", "fetch@b", "join", "sign"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's folder, shared by the runs: its database takes seconds to make."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return make_toy(tmp_path / "toy")


def prefect_environment(home: Path, **more: str) -> dict[str, str]:
    known = environment(PREFECT_HOME=str(home), PREFECT_SERVER_ANALYTICS_ENABLED="false", **more)
    return {key: value for key, value in known.items() if key != "PREFECT_API_URL"}


def start(root: Path, env: dict[str, str], *targets: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(FLOW), *targets],
        cwd=root,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(root: Path, env: dict[str, str], *targets: str) -> tuple[int, str]:
    process = start(root, env, *targets)
    output, _ = process.communicate(timeout=600)
    return process.returncode, output


def states(output: str) -> dict[str, str]:
    """{task run: name of its last state}, from the log."""
    return dict(re.findall(r"Task run '([^']+)' - Finished in state (\w+)\(", output))


def outs(root: Path) -> dict[str, dict[str, str]]:
    stages = read_yaml(root / "dvc.lock")["stages"]
    return {
        address: {out["path"]: out["md5"] for out in stage["outs"]}
        for address, stage in stages.items()
    }


def test_the_flow_leaves_the_same_lock_as_dvc_repro_and_then_finds_all_cached(
    toy: Path, tmp_path: Path, home: Path
) -> None:
    other = make_toy(tmp_path / "other")
    repro(other)
    status, output = run(toy, prefect_environment(home))
    assert status == 0, output
    assert states(output) == dict.fromkeys(ALL, "Ran")
    assert "4 ran" in output
    assert "at work on join" in output
    assert (toy / "dvc.lock").read_bytes() == (other / "dvc.lock").read_bytes()
    status, output = run(toy, prefect_environment(home))
    assert status == 0, output
    assert states(output) == dict.fromkeys(ALL, "Cached")
    assert "at work" not in output


def test_a_failed_stage_stops_its_downstream_and_no_sibling(toy: Path, home: Path) -> None:
    (toy / "fail-a").touch()
    status, output = run(toy, prefect_environment(home))
    assert status == 1
    assert states(output) == {
        "fetch@a": "Failed",
        "fetch@b": "Ran",
        "join": "NotReady",
        "sign": "NotReady",
    }
    assert "no such river" in output
    assert "failed: fetch@a" in output
    assert "not run, since they need what failed: join, sign" in output
    assert "Traceback" not in output
    (toy / "fail-a").unlink()
    status, output = run(toy, prefect_environment(home), "join")
    assert status == 0, output
    assert states(output) == {"fetch@a": "Ran", "fetch@b": "Cached", "join": "Ran"}


def test_a_misspelt_target_is_one_message_and_no_traceback(toy: Path, home: Path) -> None:
    status, output = run(toy, prefect_environment(home), "jion")
    assert status == 1
    assert "no stage 'jion' in dvc.yaml; did you mean 'join'?" in output
    assert "Traceback" not in output


def test_sigterm_leaves_no_child_at_work(toy: Path, home: Path) -> None:
    (toy / "hang-a").touch()
    process = start(toy, prefect_environment(home), "fetch@a")
    hanging = toy / "hanging.txt"
    deadline = time.monotonic() + 120
    while not (hanging.is_file() and len(hanging.read_text().split()) == 2):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)
    assert process.returncode != 0, output
    for pid in hanging.read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def test_the_flow_makes_every_out_that_dvc_repro_makes_to_the_last_bit(
    small_workspace: Path, workspace_env: dict[str, str], tmp_path: Path, home: Path
) -> None:
    other = tmp_path / "other"
    subprocess.run(["cp", "-a", str(small_workspace), str(other)], check=True)
    subprocess.run(
        [sys.executable, "-m", "dvc", "repro"],
        cwd=small_workspace,
        env=workspace_env,
        check=True,
    )
    env = {**workspace_env, **prefect_environment(home)}
    env |= {"PYTHONPATH": str(other / "src")}
    status, output = run(other, env)
    assert status == 0, output
    assert outs(other) == outs(small_workspace)
    assert set(states(output).values()) <= {"Ran", "Restored", "Cached"}
    assert "leaderboard" in output or (other / "mlflow.db").is_file()
