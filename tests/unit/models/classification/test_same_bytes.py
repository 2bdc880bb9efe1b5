import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.models.given import MODELS, fitted
from tests.workspace import ROOT


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every model, fitted and saved by one other process: what it imports is dear."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run(
        [sys.executable, "-m", "tests.unit.models.given", "every", str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "77"},
        check=True,
    )
    return folder


@pytest.mark.parametrize("name", MODELS)
def test_two_processes_that_fit_the_same_rows_save_the_same_bytes(
    name: str, elsewhere: Path, tmp_path: Path
) -> None:
    fitted(name, tmp_path).save(tmp_path / "model")

    files = {file.name: file.read_bytes() for file in (tmp_path / "model").iterdir()}
    there = elsewhere / name / "model"
    assert files == {file.name: file.read_bytes() for file in there.iterdir()}
    assert "model.json" in files
    assert len(files) > 1
