import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.models.given import MODELS, fitted
from tests.workspace import ROOT


@pytest.mark.parametrize("name", MODELS)
def test_two_processes_that_fit_the_same_rows_save_the_same_bytes(
    name: str, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    fitted(name, here).save(here / "model")

    subprocess.run(
        [sys.executable, "-m", "tests.unit.models.given", name, str(there), "{}"],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "77"},
        check=True,
    )

    files = {file.name: file.read_bytes() for file in (here / "model").iterdir()}
    assert files == {file.name: file.read_bytes() for file in (there / "model").iterdir()}
    assert "model.json" in files
    assert len(files) > 1
