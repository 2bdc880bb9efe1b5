"""The lines as docs/curriculum.md."""

from __future__ import annotations

import os.path
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from penstock.pages.curriculum.coverage import Line

PAGE = "docs/curriculum.md"
HEAD = """\
# What penstock implements, row by row

Made by `penstock curriculum --write` out of [the list of rows](curriculum.yaml), of the tests that
carry a row's number, and of the last whole run of them. A row is done when a test that holds it
passed; figures are the tolerances that those tests held, and what `dvc repro` measured. `make test`
fails where this page says something else than the tests.

"""


def to_markdown(lines: Sequence[Line]) -> str:
    """The whole page: a count by group, then a table for each."""
    groups = [(name, list(found)) for name, found in groupby(lines, lambda line: line.group)]
    parts = [HEAD, _counts(groups)]
    for name, found in groups:
        parts.append(f"\n## {name}\n\n| row | | files | tests | figures |\n|---|---|---|---|---|\n")
        parts += [_row(line) for line in found]
    return "".join(parts)


def _counts(groups: Sequence[tuple[str, Sequence[Line]]]) -> str:
    rows = ["| group | done | rows |\n|---|---|---|\n"]
    every = [line for _, found in groups for line in found]
    for name, found in [*groups, ("all", every)]:
        done = sum(line.state == "done" for line in found)
        rows.append(f"| {name} | {done} | {len(found)} |\n")
    return "".join(rows)


def _row(line: Line) -> str:
    if line.state == "open":
        return f"| {line.row} | {line.title} | *open* | | |\n"
    files = "<br>".join(_link(file, Path(file).name) for file in line.files)
    tests = "<br>".join(_test(test) for test in line.tests)
    return f"| {line.row} | {line.title} | {files} | {tests} | {'<br>'.join(line.figures)} |\n"


def _test(test: str) -> str:
    path, _, name = test.partition("::")
    return _link(path, name.removeprefix("test_").replace("_", " "))


def _link(path: str, text: str) -> str:
    return f"[{text}]({Path(os.path.relpath(path, 'docs')).as_posix()})"
