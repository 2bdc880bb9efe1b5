"""A real run of pytest leaves behind what it held, over workers and parameters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
CONFTEST = """
from tests.curriculum import (
    pytest_configure, pytest_runtest_makereport, pytest_runtest_protocol
)
"""
TESTS = """
import pytest
from tests.curriculum import held

@pytest.mark.curriculum("C18", of="src/a.py", figure="p/c/s/m")
@pytest.mark.parametrize("x", [1, 2])
def test_equal(x):
    held("sklearn", 1e-8)

@pytest.mark.curriculum("C19", "C20")
@pytest.mark.parametrize("x", [1, 2])
def test_one_fails(x):
    held("sklearn", 0)
    assert x == 1

@pytest.mark.curriculum("C21")
def test_is_skipped():
    pytest.skip("no reference here")

def test_holds_no_row():
    held("nobody", 1)
"""
INI = "[pytest]\ntestpaths = cases\nmarkers = curriculum(row): x\n"


def run(root: Path, *arguments: str) -> list[dict[str, object]]:
    for name, text in {
        "cases/conftest.py": CONFTEST,
        "cases/test_a.py": TESTS,
        "pytest.ini": INI,
    }.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = ours | {"PYTHONPATH": str(REPOSITORY)}
    subprocess.run(
        command, check=False, cwd=root, env=environment, stdin=subprocess.DEVNULL, timeout=120
    )
    report = root / ".penstock/curriculum/last_run.json"
    return json.loads(report.read_text()) if report.exists() else []


@pytest.mark.curriculum("O35", of="src/penstock/pages/curriculum/coverage.py")
def test_a_whole_run_says_which_rows_were_held_and_how(tmp_path: Path) -> None:
    found = {str(one["row"]): one for one in run(tmp_path, "-n", "2")}
    assert found["C18"] == {
        "test": "cases/test_a.py::test_equal",
        "row": "C18",
        "outcome": "passed",
        "held": ["equal to sklearn to 1e-08"],
        "of": ["src/a.py"],
        "figure": "p/c/s/m",
    }
    outcomes = {row: one["outcome"] for row, one in found.items()}
    assert outcomes == {"C18": "passed", "C19": "failed", "C20": "failed", "C21": "skipped"}
    assert found["C20"]["held"] == ["equal to sklearn exactly"]


def test_a_part_of_the_tests_says_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "-k", "equal") == []
    assert run(tmp_path, "cases/test_a.py") == []
