"""Verbs on the graph: what it is, what it made, what is left of what it made once."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from penstock.cli.app import AsJson, Project, Projects, app, console, open_workspace
from penstock.core.workspace import find_root


@app.command()
def lint(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="say nothing when clean")] = False,
    as_json: AsJson = False,
) -> None:
    """Check params.yaml to the last key, and the graph: deps, outs, seeds, orphans."""
    from penstock.engine.check import check_params
    from penstock.engine.lint import lint as lint_graph
    from penstock.serving.settings import serving_problems

    root = find_root()
    check_params(root, serving_problems)
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
def leaderboard(projects: Projects = None, as_json: AsJson = False) -> None:
    """The candidates of each project in order, with intervals, and where to look next."""
    from penstock.pages.leaderboard import leaderboards, print_leaderboards

    root, params = open_workspace()
    boards = leaderboards(root, params, projects or list(params.projects))
    if as_json:
        print(json.dumps([board.to_dict() for board in boards], indent=2))
    else:
        print_leaderboards(boards, console)


@app.command()
def prune(project: Project) -> None:
    """Remove what was trained once for candidates that params.yaml lists no more."""
    from penstock.effects.prune import prune as prune_models

    root, params = open_workspace()
    removed = prune_models(root, params, project)
    console.print(f"removed: {', '.join(removed)}" if removed else "nothing to prune")
