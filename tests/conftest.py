"""Workspaces that tests share: built once a run, copied for whoever changes one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from penstock.core.config import Params, load_params
from penstock.serving.online.opening import open_features
from tests.curriculum import (  # noqa: F401
    pytest_configure,
    pytest_runtest_makereport,
    pytest_runtest_protocol,
)
from tests.shop import PROJECT, blocks, write_inbox
from tests.workspace import checkout, commit, edit_params, environment, run, shrink


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One folder for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def small_workspace_source(shared_folder: Path) -> Path:
    """The repository at a small size, with its sources recorded; nothing built."""
    root = shared_folder / "small"
    with FileLock(f"{root}.lock"):
        if not (root / ".git").exists():
            shrink(checkout(root))
            for project in ("fraud", "creditcard"):
                run(root, "python", "-m", "penstock.cli", "refresh", project)
            commit(root, "a small workspace")
    return root


@pytest.fixture(scope="session")
def built_workspace_source(shared_folder: Path, small_workspace_source: Path) -> Path:
    """The small workspace after `dvc repro`."""
    root = shared_folder / "built"
    with FileLock(f"{root}.lock"):
        if not (root / "dvc.lock").exists():
            shutil.copytree(small_workspace_source, root, dirs_exist_ok=True)
            run(root, "dvc", "repro")
            commit(root, "built")
    return root


@pytest.fixture(scope="session")
def shop(shared_folder: Path) -> Path:
    """A checkout with a small ranking project alone, built; nobody may change it."""
    root = shared_folder / "shop"
    with FileLock(f"{root}.lock"):
        if not (root / "dvc.lock").exists():
            checkout(root)
            edit_params(root, **blocks(write_inbox(root)))
            run(root, "python", "-m", "penstock.cli", "refresh", PROJECT)
            commit(root, "a shop")
            run(root, "dvc", "repro")
            commit(root, "built")
    return root


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Path], Path]:
    """A copy of a workspace that a test may change."""

    def copy(source: Path) -> Path:
        return Path(shutil.copytree(source, tmp_path / source.name, symlinks=True))

    return copy


@pytest.fixture
def small_workspace(small_workspace_source: Path, copy_of: Callable[[Path], Path]) -> Path:
    return copy_of(small_workspace_source)


@pytest.fixture
def built_workspace(built_workspace_source: Path, copy_of: Callable[[Path], Path]) -> Path:
    return copy_of(built_workspace_source)


@pytest.fixture
def workspace_env(small_workspace: Path) -> dict[str, str]:
    return environment(small_workspace)


@pytest.fixture(scope="session")
def warm_workspace(shared_folder: Path) -> Callable[[Path], Params]:
    """Makes a folder a workspace whose data, and states of it, end after some transactions."""
    from tests.online_world import WARM, town

    root = shared_folder / "warm"
    with FileLock(f"{root}.lock"):
        if not (root / ".penstock").exists():
            params = town().workspace(root, WARM)
            open_features(root, params, "fraud", lambda line: None).close()

    def copy(folder: Path) -> Params:
        shutil.copytree(root, folder, dirs_exist_ok=True)
        return load_params(folder)

    return copy
