"""A repository with two rows, one source file, and one test that ran."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from penstock.core.files import write_json, write_text
from penstock.pages.curriculum.ran import LAST_RUN

TEST = "tests/unit/cluster/test_kmeans.py"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    write_text(tmp_path / "docs/curriculum.yaml", "Classical:\n  C18: k-means\n  C19: DBSCAN\n")
    write_text(tmp_path / "src/penstock/cluster/kmeans.py", "")
    write_text(tmp_path / "src/penstock/cluster/shared.py", "")
    write_text(tmp_path / TEST, "import numpy\nfrom penstock.cluster import shared\n")
    write_json(tmp_path / "reports/digits/summary.json", {"kmeans": {"test": {"inertia": 12.5}}})
    ran(tmp_path, a_test())
    return tmp_path


def a_test(**changes: Any) -> dict[str, Any]:
    return {
        "test": f"{TEST}::test_inertia_is_that_of_sklearn",
        "row": "C18",
        "outcome": "passed",
        "held": ["equal to sklearn to 1e-08"],
    } | changes


def ran(root: Path, *tests: dict[str, Any]) -> None:
    write_json(root / LAST_RUN, list(tests))
