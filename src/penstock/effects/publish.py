"""publish: each candidate becomes an MLflow run, once for each content of dvc.lock.

The key of a run is the sha256 over the lock entries of what trained and judged the candidate,
so that publishing twice makes no second run. It is no stage: the run-cache would "restore" a
receipt without doing the deed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

from penstock.core.config import Params
from penstock.core.telemetry import silence
from penstock.effects.subject import Subject, subjects_of
from penstock.effects.tracking import Tracking, open_tracking
from penstock.lineage import lock_revision, read_lock


class Receipt(TypedDict):
    """What became of one candidate; `created` is False where the run was there already."""

    project: str
    candidate: str
    key: str
    run: str
    created: bool
    says: str


def publish(root: Path, params: Params, projects: Iterable[str] | None = None) -> list[Receipt]:
    """Publish every candidate and ensemble of `projects`, all of them by default.

    Runs go to `root`/mlflow.db (SQLite) with files under `root`/mlruns, or to where
    MLFLOW_TRACKING_URI points; one experiment per project. A run that another attempt left
    unfinished is deleted and made again.

    Raises:
        UnknownName: no such project.
        NotBuilt, NotAsLocked: a stage has not run, or its outs are not what dvc.lock records.
        TrackingUnreachable: the tracking server does not answer.
    """
    names = list(params.projects) if projects is None else list(projects)
    lock = read_lock(root)
    subjects = [one for name in names for one in subjects_of(root, params, lock, name)]
    silence()
    revision = lock_revision(root)
    with open_tracking(root) as tracking:
        return [_publish(tracking, subject, revision) for subject in subjects]


def _publish(tracking: Tracking, subject: Subject, revision: str | None) -> Receipt:
    experiment = tracking.experiment(subject.project)
    found = tracking.find(experiment, subject.key)
    if found is None:
        run, said = tracking.create(experiment, subject, revision), "published"
    else:
        run, said = found.info.run_id, "was published already"
        tracking.note_revision(found, revision)
    return Receipt(
        project=subject.project,
        candidate=subject.name,
        key=subject.key,
        run=run,
        created=found is None,
        says=f"{subject.project}/{subject.name}: {said} (run {run[:8]})",
    )
