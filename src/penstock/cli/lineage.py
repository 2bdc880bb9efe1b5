"""`penstock lineage`: from a champion, or a prediction, back to the source of its data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from penstock.cli.app import AsJson, app, console, open_workspace

if TYPE_CHECKING:
    from penstock.core.config import Params

SHORTEST_ID = 30  # no project is called so; what is as long was meant as an id


@app.command()
def lineage(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="PROJECT|ID", help="a project, or the id of a prediction that was served"
        ),
    ],
    prediction: Annotated[
        str | None,
        typer.Option(
            metavar="ROW", help="a row_id, or user, of reports/PROJECT/predictions.parquet"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Walk back from the champion, or one prediction, to the source; is each hop still here?"""
    from penstock.effects.provenance.tree import print_tree
    from penstock.effects.provenance.walk import Walk

    root, params = open_workspace()
    if len(subject) >= SHORTEST_ID:
        _served(root, params, subject, as_json)
        return
    walk = Walk(root, params, subject)
    hop = walk.model() if prediction is None else walk.prediction(prediction)
    if as_json:
        print(json.dumps(hop.to_dict(), indent=2, default=str))
    else:
        print_tree(hop, console)


def _served(root: Path, params: Params, prediction_id: str, as_json: bool) -> None:
    """From one that the server answered."""
    from penstock.effects.provenance.tree import print_tree
    from penstock.effects.provenance.walk import Walk
    from penstock.serving.log.opening import open_reader
    from penstock.serving.log.tracing import in_words, trace

    found = open_reader(root).need(prediction_id)
    told = trace(root, found)
    hop = Walk(root, params, found.project).served(found.origin.candidate, found.origin.key)
    if as_json:
        print(json.dumps({**told, "made_from": hop.to_dict()}, indent=2, default=str))
        return
    for line in in_words(told):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    print_tree(hop, console)
    console.print(f"next: {told['replay']}   (computes it again)", highlight=False)
