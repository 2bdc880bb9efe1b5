"""The verb that draws pages on how learning works."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from penstock.cli.app import AsJson, app, console


@app.command()
def lab(
    topics: Annotated[
        list[str] | None, typer.Argument(help="which; all of them if none is named")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="a folder; .penstock/lab of the workspace by default")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="say which there are, and leave")] = False,
    as_json: AsJson = False,
) -> None:
    """Draw pages on how learning works: formulas, figures by the code itself, what tests held."""
    from penstock.core.files import write_text
    from penstock.core.workspace import find_root
    from penstock.pages.curriculum.coverage import read_coverage
    from penstock.pages.lab import topic

    if listed:
        found = {name: topic.topic_of(name).title for name in topic.topics()}
        print(json.dumps(found, indent=2) if as_json else "\n".join(found))
        return
    from penstock.pages.lab.page import index_page, lab_page

    root = find_root()
    coverage, folder = read_coverage(root), output or root / ".penstock" / "lab"
    names = topics or topic.topics()
    for name in names:
        topic.topic_of(name)  # a misspelt one is told before anything is drawn
    for name in names:
        with console.status(f"drawing {name}"):
            write_text(folder / f"{name}.html", lab_page(name, coverage))
        if not as_json:
            console.print(str(folder / f"{name}.html"), highlight=False, soft_wrap=True)
    write_text(folder / "index.html", index_page(coverage))
    if as_json:
        print(json.dumps({name: str(folder / f"{name}.html") for name in names}, indent=2))
