"""Notes travel with a model, and nothing else of its features does."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.core.errors import ModelFileError
from penstock.scoring.notes_file import read_notes, write_notes


def test_what_words_need_is_kept_and_the_rest_is_not(tmp_path: Path) -> None:
    write_notes(tmp_path, {"none": {"age": 67.0}, "raw": {"a": "b"}, "signature": {}})

    assert read_notes(tmp_path) == {"none": {"age": 67.0}}


def test_a_model_that_was_kept_without_has_none(tmp_path: Path) -> None:
    assert read_notes(tmp_path) == {}


@pytest.mark.parametrize("text", ["{", "[1]", "\x00"])
def test_what_is_no_object_is_said(text: str, tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text(text)

    with pytest.raises(ModelFileError, match=r"notes\.json: [\s\S]*\n  fix: dvc repro"):
        read_notes(tmp_path)
