"""`penstock replay`: a score, or a list, of the log, computed again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from penstock.cli.app import AsJson, app, open_workspace, tell
from penstock.core.errors import PenstockError


class WhatToReplay(PenstockError):
    """Neither a prediction was named nor a day, or both were."""

    def __init__(self) -> None:
        super().__init__(
            "penstock replay: expected the id of a prediction, or --all\n"
            "  fix: penstock replay ID   (or: penstock replay --all --day 2026-11-20)"
        )


@app.command()
def replay(
    prediction: Annotated[
        str | None, typer.Argument(metavar="ID", help="as an answer of the server carries it")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="every prediction of a day")] = False,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="with --all: in UTC; today where it is left out"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute a score, or a list, again, by the model that the log names: is it the same?

    Exit status 1 where one is not, to the last bit, or can't be computed again.
    """
    if (prediction is None) != everything or (day and not everything):
        raise WhatToReplay
    root, params = open_workspace()
    if prediction is None:
        receipts = _day(root, list(params.projects), (day or datetime.now(UTC)).date())
        tell(receipts, as_json)
        equal = all(one["equal"] == one["predictions"] for one in receipts)
    else:
        receipt = _one(root, prediction)
        tell(receipt, as_json)
        equal = receipt["equal"]
    if not equal:
        raise typer.Exit(1)


def _one(root: Path, prediction_id: str) -> dict[str, Any]:
    from penstock.effects.champions import Store
    from penstock.serving.log.opening import open_reader
    from penstock.serving.log.replaying import replay as replay_one
    from penstock.serving.log.replaying_lists import replay_list
    from penstock.serving.relisting import Relister
    from penstock.serving.served import open_served

    found, store = open_reader(root).need(prediction_id), Store.open(root)
    if found.listed:
        return replay_list(found, Relister(root, store))
    return replay_one(store, found, open_served)


def _day(root: Path, projects: list[str], day: date) -> list[dict[str, Any]]:
    """A receipt for each project that was asked anything on that day."""
    from penstock.effects.champions import Store
    from penstock.serving.log.opening import open_reader
    from penstock.serving.log.replaying import replay_day
    from penstock.serving.relisting import Relister
    from penstock.serving.served import open_served

    reader, store = open_reader(root), Store.open(root)
    relist = Relister(root, store)
    found = [replay_day(store, reader, one, day, open_served, relist) for one in projects]
    return [one for one in found if one["predictions"]] or found[:1]
