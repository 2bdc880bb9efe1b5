"""YAML is read as DVC reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.core.documents import read_yaml
from penstock.core.errors import DocumentError


def test_numbers_and_words_are_those_of_yaml_1_2(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("rate: 1e-3\nanswer: on\n", encoding="utf-8")
    assert read_yaml(tmp_path / "a.yaml") == {"rate": 0.001, "answer": "on"}


@pytest.mark.parametrize(
    ("content", "problem", "line"),
    [
        (b"a: 1\na: 2\n", "duplicate key", 2),
        (b"a: [1\nb: 2\n", "did not find expected", 2),
        ("a: é".encode("latin-1"), "not UTF-8", None),
    ],
)
def test_a_broken_file_is_said_with_its_line(
    tmp_path: Path, content: bytes, problem: str, line: int | None
) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    with pytest.raises(DocumentError, match=problem) as caught:
        read_yaml(tmp_path / "a.yaml")
    assert caught.value.line == line
    assert str(caught.value).endswith("fix: mend a.yaml, then run the command again")


def test_a_missing_file_is_said_with_its_folder(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=f"no such file in {tmp_path}"):
        read_yaml(tmp_path / "a.yaml")
    with pytest.raises(DocumentError, match="a folder, not a file"):
        read_yaml(tmp_path)
