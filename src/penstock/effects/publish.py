"""publish: each candidate becomes an MLflow run, once for each content of dvc.lock.

The key of a run is the sha256 over the lock entries of what trained and judged the candidate,
so that publishing twice makes no second run. Candidates of one model are variants of the first
one listed, and stand below its run: ablations, other optimisers. It is no stage: the run-cache
would "restore" a receipt without doing the deed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

from penstock.core.config import Params
from penstock.core.telemetry import silence
from penstock.effects.subject import Subject, subjects_of
from penstock.effects.tracking import Tracking, open_tracking
from penstock.lineage import evaluate_address, lock_revision, read_lock


class Receipt(TypedDict):
    """What became of one candidate.

    `created` is False where the run was there already; `changed` names params and deps that are
    others now than when it was built, as far as that is told without DVC.
    """

    project: str
    candidate: str
    key: str
    run: str
    created: bool
    changed: list[str]
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
    receipts: list[Receipt] = []
    runs: dict[tuple[str, str | None], str] = {}
    with open_tracking(root) as tracking:
        for subject in subjects:
            parent = runs.get((subject.project, subject.variant_of))
            receipts.append(_publish(tracking, subject, revision, parent))
            runs[subject.project, subject.name] = receipts[-1]["run"]
    return receipts


def _publish(
    tracking: Tracking, subject: Subject, revision: str | None, parent: str | None
) -> Receipt:
    experiment = tracking.experiment(subject.project)
    found = tracking.find(experiment, subject.key)
    if found is None:
        run, said = tracking.create(experiment, subject, revision), "published"
    else:
        run, said = found.info.run_id, "was published already"
        tracking.note(found, subject, revision)
    if parent is not None:
        tracking.nest(run, parent)
    return Receipt(
        project=subject.project,
        candidate=subject.name,
        key=subject.key,
        run=run,
        created=found is None,
        changed=list(subject.changed),
        says=f"{subject.project}/{subject.name}: {said} (run {run[:8]}){_warning(subject)}",
    )


def _warning(subject: Subject) -> str:
    if not subject.changed:
        return ""
    named = ", ".join(subject.changed)
    return (
        f"\n  warning: this is the build of dvc.lock; changed since: {named}"
        f"\n  fix: dvc repro {evaluate_address(subject.project)}, then publish again"
    )
