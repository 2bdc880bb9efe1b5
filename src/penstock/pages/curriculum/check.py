"""Whether docs/curriculum.md and .json say what the last run of the tests says."""

from __future__ import annotations

from pathlib import Path

from penstock.core.errors import PenstockError
from penstock.core.files import to_json, write_text
from penstock.pages.curriculum.coverage import COVERAGE, Line, cover, read_coverage
from penstock.pages.curriculum.markdown import PAGE, to_markdown
from penstock.pages.curriculum.ran import read_last_run
from penstock.pages.curriculum.rows import read_rows

FIX = "make test && penstock curriculum --write"


class Stale(PenstockError):
    """The page says other things than the tests."""

    def __init__(self, problems: list[str]) -> None:
        told = "\n".join(f"  {one}" for one in problems)
        super().__init__(
            f"{PAGE} is not what the last run of the tests says:\n{told}\n  fix: {FIX}"
        )


def fresh(root: Path) -> list[Line]:
    """The lines by the last run of the tests; raises NotRun, DocumentError."""
    return cover(root, read_rows(root), read_last_run(root))


def write(root: Path) -> list[Line]:
    """Write both files by the last run of the tests; raises NotRun, DocumentError."""
    lines = fresh(root)
    write_text(root / COVERAGE, to_json([line.model_dump(mode="json") for line in lines]))
    write_text(root / PAGE, to_markdown(lines))
    return lines


def check(root: Path) -> list[Line]:
    """The lines, which are those of the last run.

    A test that was skipped, and did not run, may stay on a row that another test holds.

    Raises:
        Stale: a row, a test, a file or a figure differs.
        NotRun, DocumentError: see `fresh`.
    """
    lines, skipped = read_coverage(root), _skipped(root)
    problems = [
        _say(was, now, skipped)
        for was, now in zip(lines, fresh(root), strict=False)
        if not _same(was, now, skipped)
    ]
    page = root / PAGE
    if not page.is_file() or page.read_text(encoding="utf-8") != to_markdown(lines):
        problems.append(f"{PAGE} and {COVERAGE} disagree")
    if len(lines) != len(read_rows(root)):
        problems.append("rows were added or removed")
    if problems:
        raise Stale(problems)
    return lines


def _skipped(root: Path) -> frozenset[str]:
    return frozenset(one.test for one in read_last_run(root) if one.outcome == "skipped")


def _same(was: Line, now: Line, skipped: frozenset[str]) -> bool:
    if not skipped & set(was.tests):
        return was == now
    tests = tuple(test for test in was.tests if test not in skipped)
    return (was.row, was.state, tests) == (now.row, now.state, now.tests)


def _say(was: Line, now: Line, skipped: frozenset[str]) -> str:
    gone = [test for test in was.tests if test not in now.tests]
    if was.row == now.row and gone:
        how = "was skipped" if gone[0] in skipped else "did not run, or did not pass"
        return f"{was.row}: {gone[0]} {how}"
    changed = [key for key in type(was).model_fields if getattr(was, key) != getattr(now, key)]
    return f"{now.row}: {', '.join(changed)} changed"
