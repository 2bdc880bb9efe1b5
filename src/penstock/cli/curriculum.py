"""The verb that says what of the curricula is implemented."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from penstock.cli.app import AsJson, app, console

if TYPE_CHECKING:
    from penstock.pages.curriculum.coverage import Line


@app.command()
def curriculum(
    write: Annotated[
        bool, typer.Option("--write", help="make the page anew from the last run of the tests")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="fail where the page differs from the last run")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say which rows of five learning curricula are implemented, by tests that ran."""
    from penstock.core.workspace import find_root
    from penstock.pages.curriculum import check as checking
    from penstock.pages.curriculum.coverage import read_coverage

    if write and check:
        raise typer.BadParameter("give --write or --check, not both")
    root = find_root()
    lines = (checking.write if write else checking.check if check else read_coverage)(root)
    if as_json:
        print(json.dumps([line.model_dump(mode="json") for line in lines], indent=2))
        return
    for said in _counts(lines):
        console.print(said, highlight=False, soft_wrap=True)


def _counts(lines: list[Line]) -> list[str]:
    said = []
    for group, found in groupby(lines, lambda line: line.group):
        rows = list(found)
        done = sum(line.state == "done" for line in rows)
        open_ = ", ".join(line.row for line in rows if line.state == "open")
        said.append(
            f"{group:26} {done:3} of {len(rows):3}" + (f"   open: {open_}" if open_ else "")
        )
    done = sum(line.state == "done" for line in lines)
    return [*said, f"{'all':26} {done:3} of {len(lines):3}   docs/curriculum.md"]
