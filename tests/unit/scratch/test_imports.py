from __future__ import annotations

import ast
import sys
from pathlib import Path

import penstock.scratch

FOLDER = Path(penstock.scratch.__file__).parent


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_numpy_and_the_standard_library_are_all_that_is_imported() -> None:
    files = list(FOLDER.rglob("*.py"))
    assert len(files) > 50
    for file in files:
        for module in imported(file):
            known = module.split(".")[0] in {*sys.stdlib_module_names, "numpy"}
            assert known or module.startswith("penstock.scratch"), f"{file}: {module}"
