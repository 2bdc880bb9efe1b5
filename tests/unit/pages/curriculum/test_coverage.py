"""Files follow from a test's place, from what it names, or from what it imports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from penstock.core.errors import DocumentError
from penstock.core.files import write_text
from penstock.pages.curriculum.check import fresh
from penstock.pages.curriculum.coverage import Line
from tests.unit.pages.curriculum.conftest import TEST, a_test, ran


def line_of(root: Path, **changes: Any) -> Line:
    ran(root, a_test(**changes))
    return fresh(root)[0]


def test_a_unit_test_holds_the_file_that_it_mirrors(repository: Path) -> None:
    assert line_of(repository).files == ("src/penstock/cluster/kmeans.py",)


def test_a_test_without_a_mirror_holds_what_it_imports(repository: Path) -> None:
    (repository / "src/penstock/cluster/kmeans.py").unlink()
    assert line_of(repository).files == ("src/penstock/cluster/shared.py",)


def test_a_test_may_name_what_it_holds(repository: Path) -> None:
    named = "src/penstock/cluster/shared.py"
    assert line_of(repository, of=[named]).files == (named,)


def test_a_named_file_must_be_there(repository: Path) -> None:
    with pytest.raises(DocumentError, match=r"nowhere\.py, which is not there"):
        line_of(repository, of=["src/penstock/nowhere.py"])


def test_a_figure_is_read_from_the_report(repository: Path) -> None:
    line = line_of(repository, figure="digits/kmeans/test/inertia")
    assert line.figures[-1] == "digits kmeans test: inertia 12.5"


def test_a_figure_that_no_report_has_is_refused(repository: Path) -> None:
    with pytest.raises(DocumentError, match="is not in reports/digits/summary"):
        line_of(repository, figure="digits/kmeans/test/purity")


def test_an_unknown_row_is_refused_with_the_test_that_claims_it(repository: Path) -> None:
    with pytest.raises(DocumentError, match=f"{TEST}.*'C99'"):
        line_of(repository, row="C99")


def test_one_failing_test_opens_a_row_that_others_hold(repository: Path) -> None:
    ran(repository, a_test(), a_test(test=f"{TEST}::test_other", outcome="failed"))
    assert fresh(repository)[0].state == "open"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("[C18]", "expected {group: {row: title}}"),
        ("A:\n  C1: k-means\n", "a letter and two digits"),
        ("A:\n  C18: k-means\nB:\n  C18: again\n", "stands in two groups"),
    ],
)
def test_a_list_of_rows_that_is_none_is_refused(repository: Path, rows: str, says: str) -> None:
    write_text(repository / "docs/curriculum.yaml", rows)
    with pytest.raises(DocumentError, match=says):
        fresh(repository)
