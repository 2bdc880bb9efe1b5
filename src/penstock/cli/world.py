"""Verbs that touch the world: where data comes from, and who is told of what was built."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from penstock.cli.app import AsJson, Project, Projects, app, open_workspace, tell


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

    root, params = open_workspace()
    receipt = refresh_source(root, params, project, as_of.date() if as_of else None)
    tell(receipt, as_json)


@app.command()
def publish(projects: Projects = None, as_json: AsJson = False) -> None:
    """Make each candidate an MLflow run, once: publishing twice makes no second run."""
    from penstock.effects.publish import publish as publish_runs

    root, params = open_workspace()
    receipts = publish_runs(root, params, projects or None)
    tell(receipts, as_json)
