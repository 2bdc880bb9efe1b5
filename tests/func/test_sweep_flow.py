"""A sweep under Prefect: a task per trial, and the same sweep as the command's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from penstock.core.config import load_params
from penstock.effects.sweep.study import Study
from tests.func.flow_runs import artifacts_of, prefect_server, states
from tests.sweeps import CANDIDATE, worth_sweeping
from tests.workspace import environment, run


@pytest.fixture
def root(built_workspace_source: Path, copy_of: Callable[[Path], Path]) -> Path:
    return worth_sweeping(copy_of(built_workspace_source), trials=4, startup=1, parallel=2)


def test_each_trial_is_a_task_whose_state_says_how_it_ended(root: Path, tmp_path: Path) -> None:
    with prefect_server(tmp_path / "prefect") as server:
        env = {**server, **environment(root)}
        flow = [sys.executable, "flows/sweep.py", CANDIDATE, "--jobs", "2"]
        done = subprocess.run(flow, cwd=root, env=env, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        study = Study.of(root, load_params(root), CANDIDATE)
        ended = {f"trial {one.number}": str(one.state) for one in study.all_ended(4)}
        assert states(said) == ended
        assert set(ended.values()) == {"Complete", "Pruned"}
        assert f"sweep-{CANDIDATE}" in artifacts_of(env, said)
        missing = [*flow[:2], "fraud-tre"]
        done = subprocess.run(
            missing, cwd=root, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "did you mean 'fraud-tree'?" in done.stdout
        assert "Traceback" not in done.stdout + done.stderr
    again = run(root, "penstock", "sweep", CANDIDATE).stdout
    assert "going on: 4 trials have ended before" in again
