"""Files land whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from penstock.core.files import (
    atomic,
    atomic_folder,
    link,
    read_json,
    sha256_of_file,
    sha256_of_json,
    to_json,
    write_json,
    write_text,
)


def test_a_file_lands_with_its_folder_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.txt"
    write_text(target, "größer")
    assert target.read_text(encoding="utf-8") == "größer"
    assert [one.name for one in target.parent.iterdir()] == ["b.txt"]


def test_a_failure_keeps_the_old_file_and_removes_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    write_text(target, "old")
    with pytest.raises(RuntimeError), atomic(target) as part:
        part.write_text("half", encoding="utf-8")
        raise RuntimeError
    assert target.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_replaces_the_old_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "a"
    for name in ("first", "second"):
        with atomic_folder(target) as part:
            write_text(part / name, name)
    assert [one.name for one in target.iterdir()] == ["second"]
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_fails_keeps_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "a"
    with atomic_folder(target) as part:
        write_text(part / "old", "")
    with pytest.raises(RuntimeError), atomic_folder(target) as part:
        write_text(part / "new", "")
        raise RuntimeError
    assert [one.name for one in target.iterdir()] == ["old"]
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_folder_takes_the_place_of_a_file_or_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    write_text(tmp_path / "elsewhere" / "kept", "")
    write_text(tmp_path / "file", "")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        with atomic_folder(tmp_path / name) as part:
            write_text(part / "new", "")
        assert (tmp_path / name / "new").is_file()
    assert (tmp_path / "elsewhere" / "kept").is_file()


def test_json_is_the_same_text_for_the_same_value(tmp_path: Path) -> None:
    assert to_json({"b": 1, "a": "é"}) == '{\n  "a": "é",\n  "b": 1\n}\n'
    assert sha256_of_json({"b": 1, "a": 2}) == sha256_of_json({"a": 2, "b": 1})
    write_json(tmp_path / "a.json", {"a": [1.5, None]})
    assert read_json(tmp_path / "a.json") == {"a": [1.5, None]}


def test_json_refuses_what_other_readers_can_not_read() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json(float("nan"))


def test_a_files_sha256_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_of_file(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()


def test_another_name_of_a_file_replaces_what_was_called_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("first")
    (tmp_path / "also").write_text("an older file")
    for text in ("first", "second"):
        (tmp_path / "a").write_text(text)
        link(tmp_path / "also", "a")
        assert (tmp_path / "also").read_text() == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "also"]
