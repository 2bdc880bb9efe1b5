"""The user's own files and folders."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from penstock.core.settings import parse
from penstock.sources.errors import NoAsOf, SourceChanged, SourceError
from penstock.sources.files import Files
from penstock.sources.settings import FilesSource
from tests.unit.sources.given import ROWS, target, write_csv


def files(root: Path, **block: Any) -> Files:
    settings = parse(FilesSource, {"kind": "files", **block}, "projects.fraud.source")
    return Files(root, settings, target())


def test_the_version_of_a_file_is_its_sha256(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", *ROWS)
    before = files(tmp_path, path="mine.csv").version(None)
    write_csv(tmp_path / "mine.csv", *ROWS, "4,2024-05-03,1,1,1,0")
    after = files(tmp_path, path="mine.csv").version(None)
    assert before["locator"] == after["locator"] == "mine.csv"
    assert before["sha256"] != after["sha256"]


def test_the_version_of_a_folder_names_every_data_file(tmp_path: Path) -> None:
    for name in ("b.csv", "a/x.csv", "_SUCCESS", ".hidden.csv", "readme.md"):
        write_csv(tmp_path / "data" / name, *ROWS)
    assert list(files(tmp_path, path="data").version(None)["files"]) == ["a/x.csv", "b.csv"]


def test_a_changed_file_is_not_read_and_the_error_names_it(tmp_path: Path) -> None:
    write_csv(tmp_path / "data" / "a.csv", *ROWS)
    write_csv(tmp_path / "data" / "b.csv", *ROWS)
    source = files(tmp_path, path="data", mode="live")
    record = source.version(None)
    write_csv(tmp_path / "data" / "b.csv", *ROWS[:2])
    with pytest.raises(SourceChanged, match=r"data \(b\.csv\)[\s\S]*fix: penstock refresh fraud"):
        list(source.parts(record))


def test_a_missing_file_is_named_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no such file[\s\S]*projects\.fraud\.source\.path"):
        files(tmp_path, path="mine.csv").version(None)


def test_a_folder_without_data_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(SourceError, match="the folder holds no"):
        files(tmp_path, path="data").version(None)


def test_a_link_to_nowhere_is_an_error_and_no_missing_rows(tmp_path: Path) -> None:
    write_csv(tmp_path / "data" / "a.csv", *ROWS)
    (tmp_path / "data" / "b.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(SourceError, match=r"data/b\.csv: can't be read: No such file[\s\S]*fix: "):
        files(tmp_path, path="data").version(None)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
@pytest.mark.parametrize("closed", ["data", "data/sub", "data/sub/a.csv"])
def test_what_may_not_be_read_is_named(tmp_path: Path, closed: str) -> None:
    write_csv(tmp_path / "data" / "sub" / "a.csv", *ROWS)
    (tmp_path / closed).chmod(0)
    try:
        with pytest.raises(SourceError, match="can't be read: Permission denied"):
            files(tmp_path, path="data").version(None)
    finally:
        (tmp_path / closed).chmod(0o700)


@pytest.mark.parametrize("path", ["x" * 300, "~nobody-of-that-name/x.csv"])
def test_a_path_that_no_file_can_have_is_an_error(tmp_path: Path, path: str) -> None:
    with pytest.raises(SourceError, match=r"fix: "):
        files(tmp_path, path=path).version(None)


def test_a_file_has_no_state_as_of_a_date(tmp_path: Path) -> None:
    with pytest.raises(NoAsOf, match="one state only"):
        files(tmp_path, path="mine.csv").version(date(2024, 5, 1))
