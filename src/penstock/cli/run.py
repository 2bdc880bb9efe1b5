"""`penstock run`: the graph, built here, in parallel."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from penstock.cli.app import AsJson, app, console
from penstock.core.workspace import find_root


@app.command()
def run(
    targets: Annotated[
        list[str] | None,
        typer.Argument(help="stages (evaluate@fraud) or templates (evaluate); all if none"),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="the most stages at work at a time")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", "-f", help="run every command, changed or not")
    ] = False,
    dry: Annotated[
        bool, typer.Option("--dry", help="say what is stale and why; run nothing")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="while another run is at work here, wait for its end")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build the graph of dvc.yaml in parallel: what `dvc repro` builds, to the same hashes.

    A stage starts once its upstream has ended and its meta (cores, memory, gpus) fits beside
    what is at work. One that fails stops what needs it and nothing else; the same command then
    resumes. Ctrl-C ends every stage at work and keeps what had ended.
    """
    root = find_root()
    if dry:
        from penstock.cli.run_table import print_plan
        from penstock.engine.plan import look_ahead

        plan = look_ahead(root, targets or (), force)
        if as_json:
            print(json.dumps([vars(one) for one in plan], indent=2))
        else:
            print_plan(plan, console)
        return
    from penstock.cli.run_end import describe, print_end
    from penstock.cli.run_table import show
    from penstock.engine.build import Build
    from penstock.engine.ending import Ending
    from penstock.engine.here import run_here

    ending = Ending()
    ending.watch()

    def waiting(holder: object) -> None:
        print(f"waiting for the end of {holder or 'another run'}", file=sys.stderr)

    with Build(root, targets or (), force=force, waiting=waiting if wait else None) as build:
        ending.first(build.close)
        with show(build, console, quiet=as_json) as watcher:
            ending.first(watcher.stop)
            results = run_here(build, watcher, jobs)
        verdict = build.finish({address: one.outcome for address, one in results.items()})
    if as_json:
        print(json.dumps(describe(build, results, verdict), indent=2))
    else:
        print_end(build, results, verdict, targets or [], console)
    if not verdict.complete:
        raise typer.Exit(1)
