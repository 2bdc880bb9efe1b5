"""Runs in a worktree: what succeeds is recorded on a branch, and the workspace stays as it is."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from penstock.core.files import read_json
from tests.func.flow_runs import (
    ALL,
    artifacts_of,
    call,
    edges_of,
    flow_run_of,
    prefect_server,
    run,
    states,
)
from tests.toy_graph import make_toy, ran, repro
from tests.workspace import commit, environment, write_payments
from tests.workspace import run as run_in

BRANCH = "penstock/nightly"
ON_BRANCH = ("--branch", BRANCH)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with prefect_server(tmp_path_factory.mktemp("prefect")) as env:
        yield env


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A toy graph, all of it committed, nothing of it built."""
    root = make_toy(tmp_path / "toy")
    with (root / ".gitignore").open("a") as file:
        file.write("/.penstock/\n/ran.txt\n")
    git(root, "symbolic-ref", "HEAD", "refs/heads/main")
    git(root, "config", "user.email", "tests@example.org")
    git(root, "config", "user.name", "tests")
    commit(root, "a toy")
    return root


def git(root: Path, *arguments: str) -> str:
    return run_in(root, "git", *arguments).stdout.strip()


def tree_of(root: Path) -> Path:
    return root / ".penstock" / "worktrees" / "penstock-nightly"


def snapshot(root: Path) -> tuple[object, ...]:
    """All that a run on a branch may not touch."""
    files = {
        path: path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {".git", ".penstock", ".dvc", "__pycache__"} & set(path.parts)
    }
    index = (root / ".git" / "index").read_bytes()
    return files, index, git(root, "rev-parse", "HEAD"), git(root, "symbolic-ref", "HEAD")


def test_a_run_that_succeeds_is_one_commit_and_the_next_finds_all_cached(
    toy: Path, tmp_path: Path, served: dict[str, str]
) -> None:
    other = make_toy(tmp_path / "other")
    repro(other)
    before = snapshot(toy)
    status, output = run(toy, served, *ON_BRANCH)
    assert status == 0, output
    assert states(output) == {**dict.fromkeys(ALL, "Ran"), "record": "Ran"}
    assert snapshot(toy) == before
    assert git(toy, "show", f"{BRANCH}:dvc.lock") == (other / "dvc.lock").read_text().strip()
    assert git(toy, "log", "--format=%s", BRANCH).splitlines() == [
        "Build the whole graph",
        "a toy",
    ]
    assert flow_run_of(served, output)["id"] in git(toy, "log", "-1", "--format=%B", BRANCH)
    assert ("sign", "record") in edges_of(served, output)
    tip = git(toy, "rev-parse", BRANCH)
    status, output = run(toy, served, *ON_BRANCH)
    assert status == 0, output
    assert set(states(output).values()) == {"Cached"}
    assert git(toy, "rev-parse", BRANCH) == tip
    shutil.rmtree(tree_of(toy))
    status, output = run(toy, served, *ON_BRANCH)
    assert set(states(output).values()) == {"Cached"}, "outs come from the shared cache"
    repro(toy)
    assert ran(toy) == [], "the workspace restores what the worktree has run"


def test_a_run_that_fails_records_nothing_and_what_ended_is_not_run_again(
    toy: Path, served: dict[str, str]
) -> None:
    (toy / "fail-join").touch()
    commit(toy, "a mistake")
    before = snapshot(toy)
    status, output = run(toy, served, *ON_BRANCH)
    assert status == 1
    assert "failed: join" in output
    assert f"nothing is recorded on {BRANCH}" in output
    assert "record" not in states(output)
    assert git(toy, "branch", "--list", BRANCH) == ""
    assert snapshot(toy) == before
    git(toy, "rm", "-q", "fail-join")
    commit(toy, "mended")
    status, output = run(toy, served, *ON_BRANCH)
    assert status == 0, output
    ended = states(output)
    assert (ended["fetch@a"], ended["fetch@b"]) == ("Restored", "Restored")
    assert sorted(ran(tree_of(toy))) == ["a", "b", "join", "sign"]
    assert git(toy, "branch", "--list", BRANCH)


def test_a_branch_in_use_and_a_code_that_is_in_no_commit_are_one_message(
    toy: Path, served: dict[str, str]
) -> None:
    status, output = run(toy, served, "--branch", "main")
    assert status == 1
    assert "branch 'main' is checked out in" in output and "Traceback" not in output
    (toy / "source-a.txt").rename(toy / "source-c.txt")
    commit(toy, "moved")
    (toy / "source-c.txt").rename(toy / "source-a.txt")  # is there, and in no commit
    status, output = run(toy, served, *ON_BRANCH)
    assert status == 1
    assert "source-a.txt" in output and "git add source-a.txt" in output
    assert "Traceback" not in output


def test_new_files_in_the_workspace_are_refreshed_ingested_and_recorded_on_the_branch(
    small_workspace: Path, workspace_env: dict[str, str], served: dict[str, str]
) -> None:
    env = {**served, **workspace_env}
    commit_all = ("ingest@creditcard", "--refresh", *ON_BRANCH)
    write_payments(small_workspace / "data" / "inbox" / "payments.csv", rows=500, seed=7)
    before = snapshot(small_workspace)
    status, output = run(small_workspace, env, *commit_all)
    assert status == 0, output
    assert states(output) == {
        "refresh@creditcard": "Ran",
        "ingest@creditcard": "Ran",
        "record": "Ran",
    }
    assert ("refresh@creditcard", "ingest@creditcard") in edges_of(served, output)
    assert snapshot(small_workspace) == before
    changed = git(small_workspace, "diff", "--name-only", f"main..{BRANCH}").split()
    assert changed == ["data/sources/creditcard.json", "dvc.lock"]
    manifest = read_json(tree_of(small_workspace) / "data/creditcard/raw/manifest.json")
    assert "500" in str(manifest)
    status, output = run(small_workspace, env, *commit_all)
    assert status == 0, output
    assert set(states(output).values()) == {"Cached"}
    assert flow_run_of(served, output)["state_name"] == "Cached"


def test_a_misspelt_project_and_a_source_out_of_reach_are_one_message_each(
    small_workspace: Path, workspace_env: dict[str, str], served: dict[str, str]
) -> None:
    env = {**served, **workspace_env}
    status, output = run(small_workspace, env, "--project", "fruad")
    assert status == 1
    assert "no project 'fruad' in projects of params.yaml; did you mean 'fraud'?" in output
    assert "Traceback" not in output
    script = 'print(pipeline(event={"project": "fruad"}, return_state=True).message)'
    assert "did you mean 'fraud'?" in call(small_workspace, env, script)
    (small_workspace / "data" / "inbox" / "payments.csv").unlink()
    status, output = run(small_workspace, env, "ingest@creditcard", "--refresh")
    assert status == 1
    assert states(output) == {"refresh@creditcard": "Failed"}
    assert "data/inbox/payments.csv: no such file or folder" in output
    assert "Retry" not in output and "Traceback" not in output


def test_runs_and_champions_of_a_worktree_are_those_of_the_workspace(
    built_workspace: Path, served: dict[str, str]
) -> None:
    env = {**served, **environment(built_workspace)}
    before = snapshot(built_workspace)
    status, output = run(built_workspace, env, *ON_BRANCH)
    assert status == 0, output
    ended = states(output)
    effects = {"record": "Cached", "publish": "Ran", "promote@fraud": "Ran"}
    assert {name: ended.pop(name) for name in effects} == effects
    assert set(ended.values()) == {"Cached"}
    shown = artifacts_of(served, output)
    assert {"leaderboard-fraud", "leaderboard-creditcard", "promotion-fraud"} <= set(shown)
    page = ".penstock/worktrees/penstock-nightly/reports/fraud/index.html"
    assert page in shown["stage-evaluate-fraud"]
    with sqlite3.connect(built_workspace / "mlflow.db") as database:
        found = database.execute("select value from tags where key = 'mlflow.source.git.commit'")
        assert {row[0] for row in found} == {git(built_workspace, "rev-parse", "HEAD")}
    made = {"mlflow.db", "mlruns", "champions"}
    assert not made & {path.name for path in tree_of(built_workspace).iterdir()}
    assert made <= {path.name for path in built_workspace.iterdir()}
    for name in made - {"mlflow.db"}:
        shutil.rmtree(built_workspace / name)
    (built_workspace / "mlflow.db").unlink()
    assert snapshot(built_workspace) == before
