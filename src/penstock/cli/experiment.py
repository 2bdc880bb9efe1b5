"""`penstock experiment`: is the model beside the champion the better one?"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer

from penstock.cli.app import AsJson, Project, app, console, open_workspace


@app.command()
def experiment(
    project: Project,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="leave out what was answered before, in UTC"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the champion with the model beside it, on what the server answered.

    It may be asked every day: the interval that it tells holds at every look.
    """
    from penstock.serving.experiment.run import experiment as compare

    root, params = open_workspace()
    told = compare(root, params, project, since.date() if since else None)
    if as_json:
        print(json.dumps(told, indent=2))
        return
    champion, challenger = told["champion"], told["challenger"]
    lines = [
        told["says"],
        f"  champion    {champion['candidate']} {champion['key'][:12]}",
        f"  challenger  {challenger['candidate']} {challenger['key'][:12]}, {told['mode']}",
        f"  answered    {told['from'][:16]} to {told['to'][:16]}, {told['labelled']:.0%} labelled",
        *(
            f"  guard       {one['name']}: {_held(one['holds'])}, {one['says']}"
            for one in told["guards"]
        ),
    ]
    if told["moved"]:
        lines.append(f"  left out    {told['moved']:,} entities that both models answered")
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _held(holds: bool) -> str:
    return "holds" if holds else "FAILS"
