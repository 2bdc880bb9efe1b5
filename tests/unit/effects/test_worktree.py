"""A run's own checkout: laid out of HEAD and the branch, kept, and mended when broken."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from penstock.core.files import write_json
from penstock.effects.git import Git, GitRefused
from penstock.effects.record_build import record_build
from penstock.effects.worktree import BranchInUse, Worktree, open_worktree
from penstock.engine.exclusive import Holder

BRANCH = "penstock/nightly"
LOCK = "schema: '2.0'\nstages: {}\n"


def git(root: Path, *arguments: str) -> str:
    who = ["-c", "user.name=tests", "-c", "user.email=tests@example.org"]
    command = ["git", *who, *arguments]
    return subprocess.run(
        command, cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(root: Path, message: str) -> str:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace of git and DVC without a stage; nobody is asked who commits."""
    root = tmp_path / "workspace"
    (root / ".dvc").mkdir(parents=True)
    (root / ".dvc" / "config").write_text("[core]\n    analytics = false\n")
    (root / ".dvc" / ".gitignore").write_text("/config.local\n/tmp\n/cache\n")
    (root / ".gitignore").write_text("/.penstock/\n/data/*/\n!/data/sources/\n/mlflow.db\n")
    (root / "dvc.yaml").write_text("stages: {}\n")
    (root / "params.yaml").write_text("seed: 0\n")
    (root / "dvc.lock").write_text(LOCK)
    write_json(root / "data" / "sources" / "river.json", {"version": 1})
    git(root, "init", "-q", "-b", "main")
    commit(root, "a workspace")
    return root


@pytest.fixture
def lay_out(root: Path) -> Callable[[Callable[[Worktree], object]], Worktree]:
    """Opens the worktree, and does something in it."""

    def open_and(act: Callable[[Worktree], object]) -> Worktree:
        with open_worktree(root, BRANCH, "a test", lambda _: None) as tree:
            act(tree)
            return tree

    return open_and


Open = Callable[[Callable[[Worktree], object]], Worktree]


def build(version: int) -> Callable[[Worktree], object]:
    """What a successful run leaves: another lock, another record, both recorded."""

    def act(tree: Worktree) -> object:
        (tree.root / "dvc.lock").write_text(f"{LOCK}# {version}\n")
        write_json(tree.root / "data" / "sources" / "river.json", {"version": version})
        return record_build(tree, f"version {version}")

    return act


def show(root: Path, path: str, revision: str = BRANCH) -> str:
    return git(root, "show", f"{revision}:{path}")


def snapshot(root: Path) -> tuple[str, str, str, bytes]:
    """What a run on a branch may not change."""
    return (
        git(root, "status", "--porcelain"),
        git(root, "rev-parse", "HEAD"),
        git(root, "symbolic-ref", "HEAD"),
        (root / ".git" / "index").read_bytes(),
    )


def test_a_build_is_one_commit_on_the_branch_and_the_workspace_stays_as_it_is(
    root: Path, lay_out: Open
) -> None:
    (root / "notes.txt").write_text("untracked, and mine\n")
    (root / "params.yaml").write_text("seed: 1  # not committed\n")
    before = snapshot(root)
    tree = lay_out(build(2))
    assert snapshot(root) == before
    assert (root / "params.yaml").read_text().startswith("seed: 1")
    assert (tree.root / "params.yaml").read_text() == "seed: 0\n"
    assert not (tree.root / "notes.txt").exists()
    assert show(root, "dvc.lock").endswith("# 2")
    assert '"version": 2' in show(root, "data/sources/river.json")
    assert git(root, "rev-parse", f"{BRANCH}^") == git(root, "rev-parse", "HEAD")
    assert git(root, "log", "-1", "--format=%an", BRANCH)  # somebody, where git knows nobody
    assert Git(tree.root)("rev-parse", "HEAD") == git(root, "rev-parse", BRANCH)
    assert git(tree.root, "status", "--porcelain", "--", "dvc.lock") == ""


def test_the_next_run_starts_from_what_the_last_has_recorded_and_commits_only_a_change(
    root: Path, lay_out: Open
) -> None:
    lay_out(build(2))
    tip = git(root, "rev-parse", BRANCH)
    said: list[str] = []
    tree = lay_out(lambda tree: said.append(str(record_build(tree, "again"))))
    assert (tree.root / "dvc.lock").read_text().endswith("# 2\n")
    assert git(root, "rev-parse", BRANCH) == tip
    assert said == [f"nothing new to record: dvc.lock stands in {tip[:8]}"]
    lay_out(build(3))
    assert git(root, "rev-parse", f"{BRANCH}^") == tip


def test_code_that_was_committed_since_is_run_and_becomes_a_parent(
    root: Path, lay_out: Open
) -> None:
    lay_out(build(2))
    tip = git(root, "rev-parse", BRANCH)
    (root / "params.yaml").write_text("seed: 7\n")
    head = commit(root, "another seed")
    tree = lay_out(build(3))
    assert (tree.root / "params.yaml").read_text() == "seed: 7\n"
    assert git(root, "log", "-1", "--format=%P", BRANCH).split() == [tip, head]
    assert show(root, "params.yaml") == "seed: 7"
    git(root, "merge", "-q", "--ff-only", BRANCH)  # taken in by the team
    lay_out(build(4))
    assert git(root, "log", "-1", "--format=%P", BRANCH).split() == [git(root, "rev-parse", "HEAD")]


def test_a_record_changed_by_hand_since_is_newer_than_that_of_the_branch(
    root: Path, lay_out: Open
) -> None:
    lay_out(build(2))
    write_json(root / "data" / "sources" / "river.json", {"version": "by hand"})
    commit(root, "look at another version")
    tree = lay_out(lambda _: None)
    assert "by hand" in (tree.root / "data" / "sources" / "river.json").read_text()
    assert (tree.root / "dvc.lock").read_text().endswith("# 2\n")


def test_a_record_that_was_removed_by_hand_since_does_not_come_back(
    root: Path, lay_out: Open
) -> None:
    lay_out(build(2))
    git(root, "rm", "-q", "data/sources/river.json")
    commit(root, "no river any more")
    tree = lay_out(lambda tree: (tree.root / "dvc.lock").write_text(LOCK + "# 3\n"))
    assert not (tree.root / "data" / "sources" / "river.json").exists()
    assert list(tree.laid) == ["dvc.lock"]


def test_a_workspace_below_the_top_of_its_repository_is_recorded_in_its_place(
    root: Path, tmp_path: Path
) -> None:
    (root / ".git").rename(tmp_path / ".git")
    git(tmp_path, "symbolic-ref", "HEAD", "refs/heads/above")
    git(tmp_path, "rm", "-rq", "--cached", ".")
    commit(tmp_path, "a repository around it")
    for version in (2, 3):
        with open_worktree(root, BRANCH, "a test", lambda _: None) as tree:
            assert (tree.root / "params.yaml").read_text() == "seed: 0\n"
            build(version)(tree)
    changed = git(tmp_path, "diff", "--name-only", f"above..{BRANCH}").split()
    assert changed == ["workspace/data/sources/river.json", "workspace/dvc.lock"]
    assert show(tmp_path, "workspace/dvc.lock").endswith("# 3")
    assert git(tmp_path, "rev-list", "--count", f"above..{BRANCH}") == "2"


def test_a_commit_that_others_make_meanwhile_is_kept(root: Path, lay_out: Open) -> None:
    lay_out(build(2))
    write_json(root / "data" / "sources" / "lake.json", {"version": "theirs"})

    def meanwhile(tree: Worktree) -> None:
        git(root, "checkout", "-q", "-b", "theirs", BRANCH)
        commit(root, "theirs")
        git(root, "branch", "-f", BRANCH, "theirs")
        git(root, "checkout", "-q", "main")
        build(3)(tree)

    lay_out(meanwhile)
    assert git(root, "rev-parse", f"{BRANCH}^") == git(root, "rev-parse", "theirs")
    assert "theirs" in show(root, "data/sources/lake.json")
    assert show(root, "dvc.lock").endswith("# 3")


def test_nothing_is_recorded_where_the_run_records_nothing(root: Path, lay_out: Open) -> None:
    def fail(tree: Worktree) -> None:
        (tree.root / "dvc.lock").write_text("half\n")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        lay_out(fail)
    assert git(root, "branch", "--list", BRANCH) == ""
    assert lay_out(lambda _: None).laid.keys() == {"dvc.lock", "data/sources/river.json"}
    kept = root / ".penstock" / "worktrees" / "penstock-nightly"
    assert (kept / "dvc.lock").read_text() == LOCK


def damage_link(folder: Path) -> None:
    (folder / ".git").unlink()


def damage_index(folder: Path) -> None:
    place = git(folder, "rev-parse", "--git-dir")
    (Path(place) / "index.lock").touch()
    (folder / "dvc.yaml").write_text("half")


def damage_administration(folder: Path) -> None:
    shutil.rmtree(git(folder, "rev-parse", "--git-dir"))


def damage_folder(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "damage", [damage_link, damage_index, damage_administration, damage_folder]
)
def test_a_worktree_that_a_kill_has_left_broken_is_made_anew(
    root: Path, lay_out: Open, damage: Callable[[Path], None]
) -> None:
    folder = lay_out(build(2)).root
    damage(folder)
    tree = lay_out(lambda _: None)
    assert (tree.root / "dvc.yaml").read_text() == "stages: {}\n"
    assert (tree.root / "dvc.lock").read_text().endswith("# 2\n")
    assert git(tree.root, "rev-parse", "HEAD") == git(root, "rev-parse", "HEAD")


def test_what_git_ignores_stays_for_the_next_run_and_other_leavings_go(
    root: Path, lay_out: Open
) -> None:
    def leave(tree: Worktree) -> None:
        (tree.root / "data" / "river").mkdir()
        (tree.root / "data" / "river" / "big.bin").touch()
        (tree.root / "leavings.txt").touch()

    tree = lay_out(leave)
    lay_out(lambda _: None)
    assert (tree.root / "data" / "river" / "big.bin").exists()
    assert not (tree.root / "leavings.txt").exists()


def test_a_branch_that_somebody_has_checked_out_is_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(BranchInUse, match=r"'main' is checked out in .*workspace\n  fix:"):
        open_worktree(root, "main", "a test", lambda _: None).__enter__()
    git(root, "worktree", "add", "-q", "-b", "aside", str(tmp_path / "aside"))
    with pytest.raises(BranchInUse, match="aside"):
        open_worktree(root, "aside", "a test", lambda _: None).__enter__()


@pytest.mark.parametrize(
    "name", ["", "two words", "a..b", "-d", "a~1", "x.lock", "@{-1}", "/", "../up"]
)
def test_what_is_no_name_for_a_branch_is_refused(root: Path, name: str) -> None:
    with pytest.raises(GitRefused, match="is no name for a branch"):
        open_worktree(root, name, "a test", lambda _: None).__enter__()
    assert not (root / ".penstock").exists()


def test_a_workspace_without_git_or_without_a_commit_is_told_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(GitRefused, match="fix: git init"):
        open_worktree(tmp_path, BRANCH, "a test", lambda _: None).__enter__()
    git(tmp_path, "init", "-q")
    with pytest.raises(GitRefused, match="fix: git add -A && git commit"):
        open_worktree(tmp_path, BRANCH, "a test", lambda _: None).__enter__()


def test_two_runs_of_one_branch_wait_for_each_other(root: Path) -> None:
    waited: list[Holder | None] = []
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with open_worktree(root, BRANCH, "the first", waited.append):
            entered.set()
            leave.wait(30)

    def release(holder: Holder | None) -> None:
        waited.append(holder)
        leave.set()

    first = threading.Thread(target=hold)
    first.start()
    assert entered.wait(30)
    with open_worktree(root, BRANCH, "the second", release):
        pass
    first.join()
    assert [holder.what for holder in waited if holder] == ["the first"]
