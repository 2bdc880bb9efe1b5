"""Where a project's runs are looked at: the page of its experiment in MLflow."""

from __future__ import annotations

import os

from penstock.effects.reach import public, why_silent


def link_to_runs(project: str) -> str:
    """A Markdown link to the runs of a project; "" where no MLflow server answers."""
    uri = os.environ.get("MLFLOW_TRACKING_URI", "")
    if not uri.startswith(("http://", "https://")) or why_silent(f"{uri.rstrip('/')}/health"):
        return ""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    try:
        found = MlflowClient(uri).get_experiment_by_name(project)
    except MlflowException:
        return ""
    page = f"{public(uri).rstrip('/')}/#/experiments"
    return f"[Its runs in MLflow]({page}/{found.experiment_id})" if found else ""
