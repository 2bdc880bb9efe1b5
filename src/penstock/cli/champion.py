"""Verbs on champions: who takes their place, and who comes back."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from penstock.cli.app import AsJson, Project, app, console, open_workspace
from penstock.core.workspace import find_root


@app.command()
def promote(project: Project, as_json: AsJson = False) -> None:
    """Let the best candidate of the build challenge the champion, on days that neither has seen.

    Exit status 0 whenever a decision was reached: promoted, refused, waiting or kept.
    """
    from penstock.effects.promote import promote as decide
    from penstock.effects.registry import follow

    root, params = open_workspace()
    receipt = decide(root, params, project)
    if not as_json:
        console.print(receipt["says"], highlight=False)
        console.print(f"  decision  {receipt['page']}", highlight=False, soft_wrap=True)
    told = follow(root, project) if receipt["champion"] else None
    if as_json:
        print(json.dumps({**receipt, "registry": told}, indent=2))
    elif told:
        console.print(f"  {told}", highlight=False, soft_wrap=True)


@app.command()
def rollback(
    project: Project,
    to: Annotated[
        str | None, typer.Option(metavar="KEY", help="a former champion, by its first digits")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the champion before this one the champion again, at once; MLflow is told afterwards."""
    from penstock.effects.rollback import rollback as roll_back

    root = find_root()
    receipt = roll_back(root, project, to)
    if not as_json:
        console.print(receipt["says"], highlight=False, soft_wrap=True)
        if receipt["changed"]:
            console.print(f"  decision  {receipt['page']}", highlight=False, soft_wrap=True)
    from penstock.effects.registry import follow

    told = follow(root, project)
    if as_json:
        print(json.dumps({**receipt, "registry": told}, indent=2))
        return
    console.print(f"  {told}", highlight=False, soft_wrap=True)
    console.print(f"  next: penstock lineage {project}   (what it was made from)", highlight=False)
