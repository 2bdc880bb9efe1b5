from pathlib import Path

import pytest

from penstock.core.errors import ModelFileError
from penstock.core.settings import Settings
from penstock.scoring.description import read_description, write_description


class Knobs(Settings):
    depth: int = 3


def test_settings_and_inputs_come_back(tmp_path: Path) -> None:
    write_description(tmp_path / "model", Knobs(depth=5), ["a", "b"])

    assert read_description(tmp_path / "model", Knobs) == (Knobs(depth=5), ("a", "b"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", r"model\.json is no JSON object"),
        ("3", r"model\.json is no JSON object"),
        ('{"inputs": ["a"]}', "settings: expected a mapping"),
        ('{"inputs": ["a"], "settings": {"dept": 3}}', "did you mean 'depth'"),
        ('{"inputs": [], "settings": {}}', "inputs: "),
        ('{"settings": {}}', "inputs: "),
    ],
)
def test_a_description_of_something_else_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(text)

    with pytest.raises(ModelFileError, match=said):
        read_description(tmp_path, Knobs)


def test_a_folder_without_one_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no model\.json in it\n  fix: dvc repro"):
        read_description(tmp_path, Knobs)
