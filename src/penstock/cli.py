"""The verbs, no logic: each calls one function and prints what it returns."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from penstock.core.config import Params, load_params
from penstock.core.errors import PenstockError
from penstock.core.telemetry import silence
from penstock.core.workspace import find_root

app = typer.Typer(
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="One graph from raw data to a tracked, gated leaderboard.\n\n"
    "`dvc repro` builds the graph in dvc.yaml; these verbs are what stands around it.",
)
console = Console()

Project = Annotated[str, typer.Argument(help="a project of params.yaml", show_default=False)]
Projects = Annotated[
    list[str] | None, typer.Argument(help="projects of params.yaml; all of them if none is named")
]
AsJson = Annotated[bool, typer.Option("--json", help="machine-readable, on standard output")]


@app.callback()
def about(
    version: Annotated[bool, typer.Option("--version", help="print the version and leave")] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        print(f"penstock {version_of('penstock')}")
        raise typer.Exit


def _open() -> tuple[Path, Params]:
    root = find_root()
    return root, load_params(root)


@app.command()
def lint(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="say nothing when clean")] = False,
    as_json: AsJson = False,
) -> None:
    """Check params.yaml to the last key, and the graph: deps, outs, seeds, orphans."""
    from penstock.engine.check import check_params
    from penstock.engine.lint import lint as lint_graph

    root = find_root()
    check_params(root)
    problems = lint_graph(root)
    if as_json:
        print(json.dumps([problem.to_dict() for problem in problems], indent=2))
    for problem in problems if not as_json else ():
        print(problem)
    if problems:
        raise typer.Exit(1)
    if not quiet and not as_json:
        console.print("params.yaml and the graph are clean")


@app.command()
def refresh(
    project: Project,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="live on that day: later rows don't exist yet"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look at a project's source and record its state in data/sources/PROJECT.json.

    Only this writes that file. When it changes, `dvc repro` rebuilds exactly that project.
    """
    from penstock.effects.refresh import refresh as refresh_source

    root, params = _open()
    receipt = refresh_source(root, params, project, as_of.date() if as_of else None)
    _tell(receipt, as_json)


@app.command()
def publish(projects: Projects = None, as_json: AsJson = False) -> None:
    """Make each candidate an MLflow run, once: publishing twice makes no second run."""
    from penstock.effects.publish import publish as publish_runs

    root, params = _open()
    receipts = publish_runs(root, params, projects or None)
    _tell(receipts, as_json)


@app.command()
def leaderboard(projects: Projects = None, as_json: AsJson = False) -> None:
    """The candidates of each project in order, with intervals, and where to look next."""
    from penstock.pages.leaderboard import leaderboards, print_leaderboards

    root, params = _open()
    boards = leaderboards(root, params, projects or list(params.projects))
    if as_json:
        print(json.dumps([board.to_dict() for board in boards], indent=2))
    else:
        print_leaderboards(boards, console)


@app.command()
def prune(project: Project) -> None:
    """Remove what was trained once for candidates that params.yaml lists no more."""
    from penstock.effects.prune import prune as prune_models

    root, params = _open()
    removed = prune_models(root, params, project)
    console.print(f"removed: {', '.join(removed)}" if removed else "nothing to prune")


def _tell(receipt: Any, as_json: bool) -> None:
    if as_json:
        print(json.dumps(receipt, indent=2, default=str))
        return
    for line in receipt if isinstance(receipt, list) else [receipt]:
        console.print(line["says"] if isinstance(line, dict) else str(line), highlight=False)


def main() -> None:
    """Entry point: a user's mistake is a message and an exit status, never a traceback."""
    silence()
    try:
        app()
    except PenstockError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
