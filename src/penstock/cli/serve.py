"""`penstock serve`: champions over HTTP."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from penstock.cli.app import app, console, open_workspace


@app.command()
def serve(
    projects: Annotated[
        list[str] | None,
        typer.Argument(help="projects of params.yaml; those that have champions if none is named"),
    ] = None,
    host: Annotated[str, typer.Option(help="where it listens")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free")] = 8000,
    unjudged: Annotated[
        bool,
        typer.Option("--unjudged", help="without a champion, the challenger that waits answers"),
    ] = False,
    no_keys: Annotated[
        bool, typer.Option("--no-keys", help="let in whoever comes, with a key or without")
    ] = False,
) -> None:
    """Score events by the champions, over HTTP, until Ctrl-C; /docs tells the routes.

    Another champion answers as soon as `penstock promote` or `rollback` made it one.
    """
    from penstock.serving.address import expect_protected
    from penstock.serving.opening import open_state
    from penstock.serving.server import serve as answer

    start = time.perf_counter()
    root, params = open_workspace()

    def say(line: str) -> None:
        console.print(line, highlight=False, soft_wrap=True, markup=False)

    state = open_state(root, params, projects or [], keyless=no_keys, unjudged=unjudged, say=say)
    keys = state.guard.keyring is not None
    try:
        expect_protected(host, keys=keys, keyless=no_keys)
    except BaseException:
        state.close()
        raise

    def ready(url: str) -> None:
        say(f"{', '.join(state.projects)} at {url}   ({time.perf_counter() - start:.1f} s)")
        asked = "keys are asked for" if keys else "no keys are asked for"
        say(f"  {asked}; {url}/docs tells the routes; Ctrl-C stops it")

    answer(state, host, port, ready)
    say("stopped; all that was answered is on disk")
