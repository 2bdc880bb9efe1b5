"""The verb that says why a row has its score."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from penstock.cli.app import AsJson, Project, app, console, open_workspace


@app.command()
def explain(
    project: Project,
    row: Annotated[str, typer.Argument(metavar="ID", help="of a row of the project's features")],
    as_json: AsJson = False,
) -> None:
    """Say why a row has its score, and at which smaller amount it would have passed."""
    from penstock.effects.explain import explain as explain_row

    root, params = open_workspace()
    told = explain_row(root, params, project, row)
    if as_json:
        print(json.dumps(told, indent=2))
        return
    for line in _lines(told):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _lines(told: dict[str, Any]) -> list[str]:
    """What `explain` returned, as a person reads it: shares of the log-odds, and their sum."""
    who = f"{told['candidate']}, the champion" if told["champion"] else told["candidate"]
    head = " · ".join(filter(None, (told["row"], told["time"], told["amount"])))
    alerts = "" if told["threshold"] is None else f"; alerts from {told['threshold']:.3f}"
    if told["saves"] is not None:
        alerts = f"; an alert saves {told['saves']:,.2f}, alerts from {told['threshold']:,.2f}"
    shares = [(one["contribution"], one["says"]) for one in told["reasons"]]
    shares += [(told["rest"], "all other inputs"), (told["base"], "before anything is known")]
    return [
        head,
        f"score {told['score']:.3f} by {who}{alerts}",
        *(f"{share:+8.2f}  {says}" for share, says in shares),
        f"{told['margin']:+8.2f}  log-odds of the score",
        *([told["would_pass"]] if told["would_pass"] else []),
    ]
