"""The page says what the tests say, or the check names what differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.core.errors import DocumentError
from penstock.core.files import write_text
from penstock.pages.curriculum.check import Stale, check, write
from penstock.pages.curriculum.ran import NotRun
from tests.unit.pages.curriculum.conftest import TEST, a_test, ran


def test_a_page_that_was_written_from_the_run_passes(repository: Path) -> None:
    written = write(repository)
    assert check(repository) == written
    assert [line.state for line in written] == ["done", "open"]


def test_the_page_links_file_and_test_and_shows_the_tolerance(repository: Path) -> None:
    write(repository)
    page = (repository / "docs/curriculum.md").read_text()
    assert "[kmeans.py](../src/penstock/cluster/kmeans.py)" in page
    assert f"[inertia is that of sklearn](../{TEST})" in page
    assert "equal to sklearn to 1e-08" in page
    assert "| C19 | DBSCAN | *open* |" in page


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ([], "did not run, or did not pass"),
        ([a_test(outcome="failed")], "did not run, or did not pass"),
        ([a_test(outcome="skipped")], "was skipped"),
        ([a_test(held=["equal to sklearn to 1e-02"])], "C18: figures changed"),
        ([a_test(), a_test(row="C19")], "C19: state, files, tests, figures changed"),
    ],
)
def test_a_run_that_says_otherwise_makes_it_stale(
    repository: Path, now: list[dict[str, object]], says: str
) -> None:
    write(repository)
    ran(repository, *now)
    with pytest.raises(Stale, match="penstock curriculum --write") as told:
        check(repository)
    assert says in str(told.value)


def test_a_skipped_test_does_no_harm_where_another_holds_the_row(repository: Path) -> None:
    other = a_test(test=f"{TEST}::test_on_digits")
    ran(repository, a_test(), other)
    write(repository)
    ran(repository, a_test(), other | {"outcome": "skipped"})
    check(repository)


def test_a_page_that_was_edited_by_hand_is_stale(repository: Path) -> None:
    write(repository)
    page = repository / "docs/curriculum.md"
    page.write_text(page.read_text().replace("*open*", "done"))
    with pytest.raises(Stale, match="disagree"):
        check(repository)


def test_an_added_row_makes_the_page_stale(repository: Path) -> None:
    write(repository)
    rows = repository / "docs/curriculum.yaml"
    write_text(rows, rows.read_text() + "  C20: hierarchies\n")
    with pytest.raises(Stale, match="added or removed"):
        check(repository)


def test_without_a_run_the_error_names_the_command(repository: Path) -> None:
    write(repository)
    (repository / ".penstock/curriculum/last_run.json").unlink()
    with pytest.raises(NotRun, match="make test"):
        check(repository)


def test_a_run_that_is_no_json_is_refused(repository: Path) -> None:
    write_text(repository / ".penstock/curriculum/last_run.json", "{")
    with pytest.raises(DocumentError, match="no JSON"):
        write(repository)
