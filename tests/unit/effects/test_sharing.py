"""What a run in a worktree reads from, and writes to, the workspace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from penstock.effects.sharing import LeadsOut, link_downloads, link_files, shared

NAMES = ("MLFLOW_TRACKING_URI", "PENSTOCK_CHAMPIONS")
PROJECTS = """\
projects:
  river: {source: {kind: files, path: data/inbox/river.csv}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace into which somebody has put a file."""
    root = tmp_path / "workspace"
    (root / "data" / "inbox").mkdir(parents=True)
    (root / "data" / "inbox" / "river.csv").write_text("fresh\n")
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A worktree that holds an older file at the same place."""
    folder = tmp_path / "tree"
    (folder / "data" / "inbox").mkdir(parents=True)
    (folder / "data" / "inbox" / "river.csv").write_text("old\n")
    (folder / "params.yaml").write_text(PROJECTS)
    return folder


def test_champions_and_tracked_runs_are_those_of_the_workspace(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    with shared(root):
        seen = [os.environ[name] for name in NAMES]
    assert seen == [f"sqlite:///{root}/mlflow.db", f"{root}/champions"]
    assert not any(name in os.environ for name in NAMES)


def test_where_the_environment_names_them_they_are_there(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = ["http://127.0.0.1:5000", "s3://champions"]
    for name, value in zip(NAMES, named, strict=True):
        monkeypatch.setenv(name, value)
    with shared(root):
        assert [os.environ[name] for name in NAMES] == named
    assert [os.environ[name] for name in NAMES] == named


def test_a_folder_of_champions_named_relative_is_one_of_the_workspace(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PENSTOCK_CHAMPIONS", "../winners")
    with shared(root):
        assert os.environ["PENSTOCK_CHAMPIONS"] == f"{root}/../winners"
    assert os.environ["PENSTOCK_CHAMPIONS"] == "../winners"


def test_files_are_read_where_they_are_put(root: Path, folder: Path) -> None:
    link_files(root, folder)
    link_files(root, folder)
    assert (folder / "data" / "inbox" / "river.csv").read_text() == "fresh\n"
    assert (root / "data" / "inbox" / "river.csv").read_text() == "fresh\n"


def test_a_folder_of_files_is_too(root: Path, folder: Path) -> None:
    (folder / "params.yaml").write_text(PROJECTS.replace("/river.csv", ""))
    link_files(root, folder)
    assert (folder / "data" / "inbox" / "river.csv").read_text() == "fresh\n"
    link_files(root, folder)
    assert (root / "data" / "inbox" / "river.csv").read_text() == "fresh\n"


@pytest.mark.parametrize("tracked", ["data/inbox/river.csv.dvc", "data/inbox.dvc"])
def test_files_that_dvc_tracks_are_those_of_the_commit(
    root: Path, folder: Path, tracked: str
) -> None:
    (folder / tracked).touch()
    link_files(root, folder)
    assert (folder / "data" / "inbox" / "river.csv").read_text() == "old\n"


@pytest.mark.parametrize("path", ["/srv/river.csv", "~/river.csv"])
def test_a_whole_path_is_left_alone(root: Path, folder: Path, path: str) -> None:
    (folder / "params.yaml").write_text(PROJECTS.replace("data/inbox/river.csv", path))
    before = sorted(folder.rglob("*"))
    link_files(root, folder)
    assert sorted(folder.rglob("*")) == before


def test_a_relative_path_out_of_the_workspace_is_refused(root: Path, folder: Path) -> None:
    (folder / "params.yaml").write_text(PROJECTS.replace("data/inbox", "data/../../inbox"))
    with pytest.raises(LeadsOut, match=r"projects.river.source.path: .* leads out(?s:.*)fix: "):
        link_files(root, folder)


def test_whole_downloads_are_shared_and_half_ones_are_not(root: Path, folder: Path) -> None:
    kept = root / ".penstock" / "downloads"
    for name in ("a" * 64, "partial"):
        (kept / name).mkdir(parents=True)
        (kept / name / "river.csv").write_text(name)
    link_downloads(root, folder)
    link_downloads(root, folder)
    mine = folder / ".penstock" / "downloads"
    assert [path.name for path in mine.iterdir()] == ["a" * 64]
    assert (mine / ("a" * 64) / "river.csv").read_text() == "a" * 64
