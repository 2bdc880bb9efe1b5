"""Real sweeps of a small candidate: whole, killed and resumed, refused, and what MLflow holds."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.config import load_params
from penstock.core.dataset import load
from penstock.core.files import read_json
from penstock.core.settings import parse
from penstock.effects.sweep.errors import FeaturesChanged
from penstock.effects.sweep.study import Study
from penstock.effects.sweep.trial import run_trial
from penstock.engine.exclusive import exclusive
from penstock.tasks.classification import trials as task
from tests.servers import free_port
from tests.sweeps import CANDIDATE, STARTS, SWEEP, worth_sweeping
from tests.workspace import environment, run

SWEEPING = [sys.executable, "-m", "penstock.cli", "sweep", CANDIDATE]
PATIENCE_S = 120
# What a model in a workspace of its own notes of the rows that it is given.
NOTES = """

import os
from penstock.models.training.classifier import BinaryClassifier


def _noting(name):
    given = getattr(BinaryClassifier, name)

    def call(self, view, *more):
        rows = view.data.tables["features"][view.signature.roles["id"]]
        with open("rows.txt", "a") as file:
            file.write("".join(f"{name} {row}\\n" for row in rows))
        return given(self, view, *more)

    return call


for _name in ("fit", "predict_proba"):
    setattr(TreeClassifier, _name, _noting(_name))
"""


@dataclass(frozen=True)
class Swept:
    """A workspace whose sweep ran through, one trial at a time."""

    root: Path
    receipt: dict[str, Any]


@pytest.fixture(scope="module")
def ready(built_workspace_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with features and a block of `sweeps`; no trial has run."""
    root = tmp_path_factory.mktemp("ready") / "checkout"
    shutil.copytree(built_workspace_source, root, symlinks=True)
    return worth_sweeping(root)


@pytest.fixture(scope="module")
def swept(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Swept:
    root = tmp_path_factory.mktemp("swept") / "checkout"
    shutil.copytree(ready, root, symlinks=True)
    done = run(root, *SWEEPING, "--jobs", "1", "--json")
    return Swept(root, json.loads(done.stdout))


@pytest.fixture
def root(ready: Path, copy_of: Callable[[Path], Path]) -> Path:
    return copy_of(ready)


def folder_of(root: Path) -> Path:
    [folder] = (root / ".penstock" / "sweeps" / CANDIDATE).iterdir()
    return folder


def trials_of(root: Path) -> list[dict[str, Any]]:
    """How the trials ended, without the time it took."""
    files = sorted((folder_of(root) / "trials").glob("????.json"))
    return [{k: v for k, v in read_json(file).items() if k != "seconds"} for file in files]


def times_of(root: Path) -> dict[str, int]:
    """When each trial that has ended was written."""
    files = (folder_of(root) / "trials").glob("????.json")
    return {file.name: file.stat().st_mtime_ns for file in files}


def runs_of(root: Path) -> tuple[list[Any], dict[str, Any]]:
    """MLflow's runs of the study, and those of its trials by number."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("fraud").experiment_id
    found = client.search_runs([experiment], f"tags.`penstock.sweep` = '{folder_of(root).name}'")
    trials = [one for one in found if "penstock.trial" in one.data.tags]
    named = {one.data.tags["penstock.trial"]: one for one in trials}
    assert len(named) == len(trials), "a trial has one run"
    return [one for one in found if "penstock.trial" not in one.data.tags], named


def start(root: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*SWEEPING, *options],
        cwd=root,
        env=environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for_trial(root: Path, number: int, process: subprocess.Popen[str]) -> None:
    """Until the trial has ended and a later one is at work."""
    pattern = f".penstock/sweeps/{CANDIDATE}/*/trials/{{:04d}}.{{}}"
    wanted = [pattern.format(number, "json"), pattern.format(number + 1, "log")]
    until = time.monotonic() + PATIENCE_S
    while not all(any(root.glob(one)) for one in wanted):
        assert time.monotonic() < until and process.poll() is None, process.communicate()
        time.sleep(0.02)


def at_work(root: Path) -> list[int]:
    """Processes that run a trial of this workspace."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if b"penstock.effects.sweep.trial" in words and os.fsencode(root) in words:
            found.append(int(entry.parent.name))
    return found


def assert_none_at_work(root: Path) -> None:
    until = time.monotonic() + 20
    while at_work(root):
        assert time.monotonic() < until, "a trial outlives its sweep"
        time.sleep(0.05)


def test_a_sweep_compares_with_the_present_setting_and_changes_nothing(swept: Swept) -> None:
    trials, receipt = trials_of(swept.root), swept.receipt
    assert [one["number"] for one in trials] == list(range(SWEEP["trials"]))
    assert trials[0]["values"] == {"max_depth": 3, "min_samples_leaf": 1, "criterion": "gini"}
    assert trials[0]["state"] == "Complete"
    assert receipt["present"]["folds"] == trials[0]["folds"]
    assert len(trials[0]["folds"]) == len(STARTS)
    complete = [one for one in trials if one["state"] == "Complete"]
    best = max(complete, key=lambda one: sum(one["folds"]))
    assert receipt["best"]["number"] == best["number"] != 0
    assert not receipt["written"]
    assert load_params(swept.root).candidate(CANDIDATE).params == {"max_depth": 3}


def test_hopeless_trials_are_pruned_before_their_last_fold(swept: Swept) -> None:
    pruned = [one for one in trials_of(swept.root) if one["state"] == "Pruned"]
    assert len(pruned) == swept.receipt["pruned"] > 0
    assert all(1 <= len(one["folds"]) < len(STARTS) for one in pruned)


def test_the_patch_applies_and_the_next_sweep_starts_from_it(
    swept: Swept, copy_of: Callable[[Path], Path]
) -> None:
    root = copy_of(swept.root)
    run(root, "git", "apply", swept.receipt["patch"])
    params = load_params(root)
    assert params.candidate(CANDIDATE).params == {"max_depth": 3} | swept.receipt["changed"]
    assert Study.of(root, params, CANDIDATE).key != swept.receipt["study"]


@pytest.mark.curriculum("O02", of="src/penstock/effects/sweep/run.py")
def test_each_trial_is_a_run_below_that_of_its_study(swept: Swept) -> None:
    [parent], trials = runs_of(swept.root)
    assert parent.info.status == "FINISHED"
    best = swept.receipt["best"]["value"]
    assert parent.data.metrics["validation.average_precision"] == pytest.approx(best)
    assert parent.data.params["split"] == "validation"
    ended = {str(one["number"]): one for one in trials_of(swept.root)}
    assert trials.keys() == ended.keys()
    for number, one in trials.items():
        state, folds = ended[number]["state"], ended[number]["folds"]
        assert one.data.tags["mlflow.parentRunId"] == parent.info.run_id
        assert one.data.tags["penstock.state"] == state
        assert one.info.status == {"Complete": "FINISHED", "Pruned": "KILLED"}[state]
        assert one.data.params["max_depth"] == str(ended[number]["values"]["max_depth"])
        last = one.data.metrics["fold/validation.average_precision"]
        assert last == pytest.approx(folds[-1])


def test_run_again_nothing_runs_and_more_trials_go_on(
    swept: Swept, copy_of: Callable[[Path], Path]
) -> None:
    root = copy_of(swept.root)
    before = times_of(root)
    said = run(root, *SWEEPING, "--trials", "8").stdout
    assert "going on: 7 trials have ended before" in said
    ran = said.partition("average_precision")[0]
    assert "trial 7 " in ran and "trial 6 " not in ran
    assert before.items() < times_of(root).items()
    assert trials_of(root)[:7] == trials_of(swept.root)
    parents, trials = runs_of(root)
    assert (len(parents), len(trials)) == (1, 8)


def test_a_sweep_killed_and_resumed_ends_as_if_it_had_not_been(swept: Swept, root: Path) -> None:
    killed = start(root, "--jobs", "1")
    wait_for_trial(root, 3, killed)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert_none_at_work(root)
    before = times_of(root)
    done = run(root, *SWEEPING, "--jobs", "3", "--json")  # other jobs, the same outcome
    assert trials_of(root) == trials_of(swept.root)
    assert before.items() < times_of(root).items()
    told = json.loads(done.stdout)
    assert told["best"] == swept.receipt["best"] and told["diff"] == swept.receipt["diff"]
    parents, trials = runs_of(root)
    assert (len(parents), len(trials)) == (1, SWEEP["trials"])
    assert parents[0].info.status == "FINISHED"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_no_trial_at_work(root: Path, number: signal.Signals) -> None:
    process = start(root, "--jobs", "2")
    wait_for_trial(root, 0, process)
    os.killpg(process.pid, number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number, output
    assert at_work(root) == []
    assert "Traceback" not in output
    assert not any("Failed" in one["state"] for one in trials_of(root))


def test_only_rows_of_the_split_are_looked_at(root: Path) -> None:
    model = root / "src" / "penstock" / "models" / "classification" / "tree.py"
    model.write_text(model.read_text() + NOTES)
    run(root, *SWEEPING, "--trials", "2", "--jobs", "1")
    noted = {tuple(line.split()) for line in (root / "rows.txt").read_text().splitlines()}
    dataset = load(root / "data" / "fraud" / "features")
    params = load_params(root)
    protocol = parse(task.ProtocolSettings, params.project("fraud").protocol, "protocol")
    ids = dataset.tables["features"][dataset.notes["signature"]["roles"]["id"]].to_numpy()

    def named(split: str) -> list[set[str]]:
        used = task.used_rows(dataset, protocol, params.seed, split)
        return [set(ids[rows].astype(str)) for rows in used]

    fitted, judged = named("validation")
    assert {row for what, row in noted if what == "fit"} == fitted
    assert {row for what, row in noted if what == "predict_proba"} == judged
    assert not {row for _, row in noted} & named("test")[1]


def test_a_split_that_shares_rows_with_the_leading_one_is_refused(root: Path) -> None:
    space = {"criterion": SWEEP["space"]["criterion"]}
    worth_sweeping(root, split="first", space=space)  # the same days as the first of `test`
    done = run(root, *SWEEPING, check=False)
    assert done.returncode == 1
    assert "'first' holds" in done.stderr and "that 'test' judges on" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (root / ".penstock" / "sweeps").exists()


def test_a_space_that_the_model_refuses_is_told_before_anything_runs(root: Path) -> None:
    worth_sweeping(root, space={"max_depth": {"int": [0, 5]}})
    for command in (SWEEPING, ["penstock", "lint"]):
        done = run(root, *command, check=False)
        assert done.returncode == 1
        assert "sweeps.fraud-tree.space.max_depth: found 0; " in done.stderr
    assert not (root / ".penstock" / "sweeps").exists()


def test_a_present_setting_that_cannot_be_fitted_ends_the_sweep(root: Path) -> None:
    broken(root, "self.settings.max_depth == 3")
    done = run(root, *SWEEPING, "--jobs", "1", check=False)
    assert done.returncode == 1
    assert "fraud-tree can't be fitted as it stands in params.yaml: " in done.stderr
    assert "ValueError: no such depth" in done.stderr
    assert "Traceback" not in done.stderr
    assert [one["number"] for one in trials_of(root)] == [0]


def test_a_trial_that_fails_stops_no_other(root: Path) -> None:
    broken(root, "self.settings.max_depth != 3")
    said = run(root, *SWEEPING, "--trials", "3").stdout
    assert [one["state"] for one in trials_of(root)] == ["Complete", "Failed", "Failed"]
    assert "ValueError: no such depth" in trials_of(root)[1]["why"]
    assert "no trial is better" in said
    _, trials = runs_of(root)
    assert trials["1"].info.status == "FAILED"


def broken(root: Path, condition: str) -> None:
    """Make the workspace's tree fail where the condition holds."""
    model = root / "src" / "penstock" / "models" / "classification" / "tree.py"
    text = model.read_text()
    begin = "        from sklearn.tree import DecisionTreeClassifier\n"
    assert begin in text
    raising = f"        if {condition}:\n            raise ValueError('no such depth')\n"
    model.write_text(text.replace(begin, begin + raising))


def test_a_second_sweep_of_the_same_is_refused_in_one_sentence(swept: Swept) -> None:
    with exclusive(folder_of(swept.root) / "lock", "penstock sweep"):
        done = run(swept.root, *SWEEPING, check=False)
    assert done.returncode == 1
    assert "the sweep of fraud-tree is at work already: penstock sweep (process" in done.stderr


def test_a_tracking_server_that_is_down_is_told_before_anything_runs(root: Path) -> None:
    env = environment(root) | {"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{free_port()}"}
    done = subprocess.run(SWEEPING, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no answer from the tracking server" in done.stderr
    assert trials_of(root) == []


def test_features_that_changed_meanwhile_end_a_trial(swept: Swept) -> None:
    study = Study.read(folder_of(swept.root), swept.root)
    other = Study(study.root, CANDIDATE, study.params, {"features.parquet": "other"}, study.key)
    with pytest.raises(FeaturesChanged, match="has changed since this sweep began"):
        run_trial(other, 0)


def test_a_trial_run_here_is_the_trial_that_ran(swept: Swept) -> None:
    study = Study.read(folder_of(swept.root), swept.root)
    ended = study.ended(1)
    assert ended is not None
    assert np.array_equal(run_trial(study, 1).folds, ended.folds)
