"""Where things lie, and how parts load."""

from __future__ import annotations

from pathlib import Path

import pytest

import penstock.projects
from penstock.core.errors import NotAWorkspace, UnknownName
from penstock.core.workspace import MissingPart, find_root, load_model, load_part, names_of


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that lies outside the package's own folder."""
    folder = tmp_path / "harbour_bank"
    folder.mkdir()
    for name in ("__init__.py", "features.py"):
        (folder / name).write_text("WINDOWS = (1, 7)\n", encoding="utf-8")
    monkeypatch.setattr(penstock.projects, "__path__", [*penstock.projects.__path__, str(tmp_path)])
    return folder


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    for name in ("dvc.yaml", "params.yaml"):
        (tmp_path / name).touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_root(below) == tmp_path


def test_a_folder_with_half_of_it_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "dvc.yaml").touch()
    with pytest.raises(NotAWorkspace, match="fix: cd into the checkout"):
        find_root(tmp_path)


def test_a_part_loads_by_name(bank: Path) -> None:
    assert bank.name in names_of("project")
    assert load_part("project", bank.name, "features").WINDOWS == (1, 7)


def test_a_part_that_is_not_written_yet_is_named_with_the_contract(bank: Path) -> None:
    with pytest.raises(
        MissingPart, match=r"has no suite\.py\n  fix: write .*harbour_bank/suite.py"
    ):
        load_part("project", bank.name, "suite")


def test_an_unknown_project_gets_the_name_that_was_meant(bank: Path) -> None:
    with pytest.raises(UnknownName, match=r"no project 'harbor_bank'.*did you mean 'harbour_bank'"):
        load_part("project", "harbor_bank", "features")


def test_a_model_loads_by_task_and_name() -> None:
    assert hasattr(load_model("classification", "tree"), "MODEL")


def test_an_unknown_model_gets_the_name_that_was_meant() -> None:
    with pytest.raises(UnknownName, match=r"no model 'forset'.*did you mean 'forest'"):
        load_model("classification", "forset")
    with pytest.raises(UnknownName, match="none is known"):
        load_model("no_such_task", "forest")
