"""The verbs, no logic: each calls one function and prints what it returns."""

from __future__ import annotations

import gc
import sys

from penstock.cli import (
    champion,
    curriculum,
    experiment,
    explain,
    graph,
    key,
    lab,
    lineage,
    recommend,
    replay,
    run,
    score,
    serve,
    services,
    sweep,
    world,
)
from penstock.cli.app import app
from penstock.core.disk import said_of_disk
from penstock.core.errors import PenstockError
from penstock.core.telemetry import silence

__all__ = [
    "app",
    "champion",
    "curriculum",
    "experiment",
    "explain",
    "graph",
    "key",
    "lab",
    "lineage",
    "main",
    "recommend",
    "replay",
    "run",
    "score",
    "serve",
    "services",
    "sweep",
    "world",
]


def main() -> None:
    """Entry point: a user's mistake is a message and an exit status, never a traceback."""
    gc.set_threshold(1_000_000)  # most of a short command is imports, and those leave no garbage
    silence()
    try:
        app()
    except PenstockError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    except OSError as error:
        said = said_of_disk(error)
        if said is None:
            raise
        print(said, file=sys.stderr)
        raise SystemExit(1) from None
