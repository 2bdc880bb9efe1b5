"""What the image `serve` installs is enough to serve: its steps, in a clean folder."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.workspace import ROOT

HEAVY = ("prefect", "mlflow", "dvc", "torch", "lightning", "great_expectations", "sklearn")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The virtual environment that the image would hold."""
    folder = tmp_path_factory.mktemp("image") / "venv"
    subprocess.run([ROOT / "deploy" / "install.sh", "serve", folder], check=True)
    return folder


def test_nothing_heavy_is_installed(installed: Path) -> None:
    listed = subprocess.run(
        [installed / "bin" / "python", "-m", "pip", "list", "--format=json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = {one["name"].replace("-", "_").lower() for one in json.loads(listed.stdout)}
    assert "penstock" in names and not names & set(HEAVY)
    size = sum(path.stat().st_size for path in installed.rglob("*") if path.is_file())
    assert size < 1.2e9


@pytest.mark.parametrize("verb", ["serve", "lineage", "replay", "score", "key"])
def test_the_verbs_of_serving_are_there(installed: Path, verb: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed / "bin" / "penstock", verb, "--help"],
        cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_part_of_the_server_is_imported(installed: Path, tmp_path: Path) -> None:
    code = """
import pkgutil, importlib, penstock.serving as package
for found in pkgutil.walk_packages(package.__path__, "penstock.serving."):
    importlib.import_module(found.name)
"""
    done = subprocess.run(
        [installed / "bin" / "python", "-c", code],
        cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
