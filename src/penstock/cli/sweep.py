"""`penstock sweep`: settings of a candidate, tried on the split that is kept for choosing."""

from __future__ import annotations

from typing import Annotated

import typer

from penstock.cli.app import AsJson, app, console, open_workspace, tell


@app.command()
def sweep(
    candidate: Annotated[str, typer.Argument(help="a key of `sweeps` in params.yaml, as P-C")],
    trials: Annotated[
        int | None, typer.Option(min=1, help="trials in all; by default as params.yaml says")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="the most trials at work at a time")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="change params.yaml where a trial is better")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Try settings of a candidate on the split kept for choosing; the best becomes a patch.

    The present setting is trial 0, and every trial is compared on the same folds. What has ended
    is kept: the same command goes on where it was stopped. Nothing is changed without --write.
    """
    root, params = open_workspace()
    from penstock.cli.sweep_table import show
    from penstock.effects.sweep.here import run_here
    from penstock.effects.sweep.run import Sweep
    from penstock.engine.ending import Ending

    ending = Ending()
    ending.watch()
    with Sweep(root, params, candidate, trials, jobs) as sweeping:
        ending.first(sweeping.close)
        with show(sweeping, console, quiet=as_json) as watcher:
            ending.first(watcher.stop)
            receipt = run_here(sweeping, watcher, write)
    if as_json:
        tell(receipt, as_json)
    else:  # a diff may look like markup
        console.print(receipt["says"], markup=False, highlight=False, soft_wrap=True)
