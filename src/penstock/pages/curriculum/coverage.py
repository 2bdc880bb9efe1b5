"""Row → files, tests, figures: joined from the list of rows and a run of the tests."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from penstock.core.errors import DocumentError
from penstock.core.files import read_json
from penstock.core.settings import Settings, parse
from penstock.pages.curriculum.ran import Ran
from penstock.pages.curriculum.rows import Row

COVERAGE = "docs/curriculum.json"
PACKAGE = Path("src/penstock")


class Line(Settings):
    """One row and what holds it.

    Attributes:
        state: `done` where a test that holds it passed and none failed, else `open`.
        tests: those that passed.
    """

    row: str
    group: str
    title: str
    state: Literal["done", "open"]
    files: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


def cover(root: Path, rows: Iterable[Row], ran: Iterable[Ran]) -> list[Line]:
    """A line for every row, in the order of `rows`.

    Raises:
        DocumentError: a test holds a row that is not listed, or names a file or figure that is not
            there.
    """
    by_row: dict[str, list[Ran]] = {row.id: [] for row in rows}
    for one in ran:
        if one.row not in by_row:
            raise DocumentError(one.test, f"it holds row {one.row!r}, which no row is")
        by_row[one.row].append(one)
    return [_line(root, row, by_row[row.id]) for row in rows]


def read_coverage(root: Path) -> list[Line]:
    """The lines as they were written last.

    Raises:
        DocumentError: docs/curriculum.json is missing or not what was written.
    """
    try:
        found = read_json(root / COVERAGE)
    except FileNotFoundError:
        raise DocumentError(
            COVERAGE, "no such file; make test, then penstock curriculum --write"
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DocumentError(COVERAGE, f"no JSON: {error}") from None
    return [parse(Line, one, "", COVERAGE) for one in found]


def _line(root: Path, row: Row, ran: list[Ran]) -> Line:
    passed = sorted((one for one in ran if one.outcome == "passed"), key=lambda one: one.test)
    failed = any(one.outcome == "failed" for one in ran)
    files = {file for one in passed for file in _files(root, one)}
    figures = dict.fromkeys(told for one in passed for told in _figures(root, one))
    return Line(
        row=row.id,
        group=row.group,
        title=row.title,
        state="done" if passed and not failed else "open",
        files=tuple(sorted(files)),
        tests=tuple(dict.fromkeys(one.test for one in passed)),
        figures=tuple(figures),
    )


def _files(root: Path, ran: Ran) -> list[str]:
    """What a test tests: what it names, what it mirrors, else what of the package it imports."""
    if ran.of:
        for name in ran.of:
            if not (root / name).exists():
                raise DocumentError(ran.test, f"it names {name}, which is not there")
        return list(ran.of)
    test = Path(ran.test.partition("::")[0])
    below = Path(*test.parts[2:])
    mirrored = PACKAGE / below.parent / below.name.removeprefix("test_")
    if test.parts[1] == "unit" and (root / mirrored).is_file():
        return [mirrored.as_posix()]
    return _imported(root, test)


def _imported(root: Path, test: Path) -> list[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse((root / test).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("penstock."):
            names |= {f"{node.module}.{one.name}" for one in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            names |= {one.name for one in node.names if one.name.startswith("penstock.")}
    paths = (Path("src", *name.split(".")).with_suffix(".py") for name in names)
    return [path.as_posix() for path in paths if (root / path).is_file()]


def _figures(root: Path, ran: Ran) -> list[str]:
    if ran.figure is None:
        return list(ran.held)
    project, *keys = ran.figure.split("/")
    path = f"reports/{project}/summary.json"
    try:
        value = read_json(root / path)
        for key in keys:
            value = value[key]
    except (FileNotFoundError, KeyError, TypeError):
        raise DocumentError(ran.test, f"its figure {ran.figure!r} is not in {path}") from None
    return [*ran.held, f"{' '.join([project, *keys[:-1]])}: {keys[-1]} {value}"]
