"""What a run in a worktree shares with the workspace, beside DVC's cache.

Files that somebody puts into the workspace, downloads that are whole, the champions, and MLflow's
database. Reports are not copied back: they lie in the worktree, go to MLflow with each candidate,
and come out of DVC's cache wherever the branch is checked out.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from penstock.core.config import PARAMS
from penstock.core.documents import read_yaml
from penstock.core.errors import PenstockError
from penstock.effects.champions.opening import CHAMPIONS, VARIABLE
from penstock.sources.downloads import downloads_of

SHA256_LENGTH = 64


class LeadsOut(PenstockError):
    """A source's path is relative, and of a folder that a worktree lies elsewhere from."""

    def __init__(self, project: str, path: str) -> None:
        super().__init__(
            f"projects.{project}.source.path: {path} leads out of the workspace, and a run on a "
            "branch takes place elsewhere\n"
            "  fix: write the whole path, or put the files below the workspace"
        )


def link_files(workspace: Path, root: Path) -> None:
    """Sources of the kind `files` are read where they are put, but for what DVC tracks (*.dvc).

    Raises:
        LeadsOut: a relative path goes above the workspace.
    """
    projects = read_yaml(root / PARAMS).get("projects") or {}
    for project, block in projects.items():
        source = block.get("source") or {}
        if source.get("kind") != "files" or Path(source["path"]).expanduser().is_absolute():
            continue
        path = Path(os.path.normpath(source["path"]))
        if ".." in path.parts:
            raise LeadsOut(project, source["path"])
        if not any((root / f"{one}.dvc").is_file() for one in [path, *path.parents][:-1]):
            _link(root / path, workspace / path)


def _link(link: Path, target: Path) -> None:
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    else:
        link.unlink(missing_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)


def link_downloads(workspace: Path, root: Path) -> None:
    """Downloads that are whole lie under their sha256; nobody needs to fetch them again."""
    mine = downloads_of(root)
    for kept in downloads_of(workspace).glob("?" * SHA256_LENGTH):
        link = mine / kept.name
        if link.is_symlink():
            link.unlink()
        if not link.exists():
            mine.mkdir(parents=True, exist_ok=True)
            link.symlink_to(kept)


@contextmanager
def shared(workspace: Path) -> Iterator[None]:
    """Champions and tracked runs belong to the workspace, wherever a run takes place."""
    wanted = {VARIABLE: _champions(workspace)}
    if not os.environ.get("MLFLOW_TRACKING_URI"):
        wanted["MLFLOW_TRACKING_URI"] = f"sqlite:///{workspace / 'mlflow.db'}"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ.update({name: value} if value is not None else {})


def _champions(workspace: Path) -> str:
    """What the environment names, where a relative folder is one of the workspace."""
    named = os.environ.get(VARIABLE) or CHAMPIONS
    if "://" in named or "::" in named:
        return named
    return str(workspace / Path(named).expanduser())
