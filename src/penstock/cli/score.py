"""The verb that scores a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from penstock.cli.app import AsJson, Project, app, console, open_workspace


@app.command()
def score(
    project: Project,
    source: Annotated[Path, typer.Option("--input", "-i", help="rows to score: .parquet or .csv")],
    output: Annotated[Path, typer.Option("--output", "-o", help="scores: .parquet")],
    features: Annotated[
        bool,
        typer.Option("--features", help="the file holds the champion's inputs, not raw rows"),
    ] = False,
    reasons: Annotated[bool, typer.Option("--reasons", help="say why, row by row")] = False,
    as_json: AsJson = False,
) -> None:
    """Score a file of rows by the champion, whatever its size.

    Features that look back see the rows of the file alone, which must be in order of time. A run
    that was killed goes on where it was.
    """
    from penstock.serving.batch.score import Wish, score_file
    from penstock.sources.progress import progress

    root, params = open_workspace()
    with progress("rows") as tell:
        wish = Wish(source, output, features, reasons)
        receipt = score_file(root, params, project, wish, tell)
    if as_json:
        print(json.dumps(receipt, indent=2))
    else:
        console.print(receipt["says"], highlight=False, soft_wrap=True)
