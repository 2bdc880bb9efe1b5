"""MLflow, as far as publishing needs it: through its client alone, in few calls."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from penstock.core.errors import PenstockError
from penstock.effects.batches import batches, dataset_inputs, metrics_of, tags_of
from penstock.effects.reach import public, why_silent
from penstock.effects.subject import Subject

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

PARAMS_A_CALL, METRICS_A_CALL = 100, 1000
NO_DATABASE = ("not a database", "malformed")  # SQLite's words
REVISION = "mlflow.source.git.commit"
PARENT = "mlflow.parentRunId"


class TrackingUnreachable(PenstockError):
    """No MLflow server answers where MLFLOW_TRACKING_URI points."""

    passing = True

    def __init__(self, uri: str, problem: str) -> None:
        super().__init__(
            f"no answer from the tracking server {uri}: {problem}\n"
            "  fix: start it, or mend MLFLOW_TRACKING_URI; unset, it means mlflow.db in this folder"
        )


class TrackingRefused(PenstockError):
    """MLflow was reached and would not take what it was given."""

    def __init__(self, uri: str, problem: str) -> None:
        super().__init__(
            f"MLflow at {uri} refused: {problem}\n"
            "  fix: mend what it says, then: penstock publish   (what is there is kept)"
        )


class StoreUnreadable(PenstockError):
    """The database of runs can't be opened, or is none."""

    def __init__(self, uri: str, problem: str) -> None:
        file = uri.removeprefix("sqlite:///")
        broken = file != uri and any(words in problem for words in NO_DATABASE)
        fix = f"move it away, mv {file} {file}.broken" if broken else "mend what it says"
        super().__init__(
            f"no runs can be read from {uri}: {problem}\n  fix: {fix}, then: penstock publish"
        )


class Tracking:
    """The store of one checkout.

    Args:
        client: of the store.
        files: where an experiment's files go; None where the server decides.
    """

    def __init__(self, client: MlflowClient, files: Path | None) -> None:
        self._client = client
        self._files = files

    @property
    def client(self) -> MlflowClient:
        """For runs that are no candidate's."""
        return self._client

    def experiment(self, project: str) -> str:
        """The id of the project's experiment, which is made, or brought back, if need be."""
        found = self._client.get_experiment_by_name(project)
        if found is None:
            where = (self._files / project).as_uri() if self._files else None
            return str(self._client.create_experiment(project, artifact_location=where))
        if found.lifecycle_stage != "active":
            self._client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)

    def find(self, experiment: str, key: str) -> Run | None:
        """The finished run of `key`; runs of that key which did not finish are deleted."""
        finished = None
        for run in self._client.search_runs([experiment], f"tags.`penstock.key` = '{key}'"):
            if run.info.status == "FINISHED":
                finished = run
            else:
                self._client.delete_run(run.info.run_id)
        return finished

    def create(self, experiment: str, subject: Subject, revision: str | None) -> str:
        """Make the subject's run, and its id; it is FINISHED only when all of it is there."""
        tags = _tags(subject, revision)
        run = self._client.create_run(experiment, tags=tags, run_name=subject.name).info.run_id
        try:
            self._fill(run, subject)
        except BaseException:
            with contextlib.suppress(Exception):
                self._client.set_terminated(run, "FAILED")
            raise
        self._client.set_terminated(run)
        return str(run)

    def note(self, run: Run, subject: Subject, revision: str | None) -> None:
        """Add the tags that were not known when the run was made."""
        for tag, value in _tags(subject, revision).items():
            if tag not in run.data.tags:
                self._client.set_tag(run.info.run_id, tag, value)

    def nest(self, run: str, parent: str) -> None:
        """Show `run` below `parent`, which may be another one than before."""
        self._client.set_tag(run, PARENT, parent)

    def _fill(self, run: str, subject: Subject) -> None:
        from mlflow.entities import Metric, Param

        now = int(time.time() * 1000)
        self._client.log_inputs(run, dataset_inputs(subject))
        params = [Param(key, value) for key, value in subject.settings.items()]
        for some in batches(params, PARAMS_A_CALL):
            self._client.log_batch(run, params=some)
        metrics = [Metric(name, value, now, step) for name, value, step in metrics_of(subject)]
        for many in batches(metrics, METRICS_A_CALL):
            self._client.log_batch(run, metrics=many)
        for folder, paths in subject.files.items():
            for path in paths:
                target = "/".join(filter(None, [folder, path.name if path.is_dir() else ""]))
                if path.is_dir():
                    self._client.log_artifacts(run, str(path), target or None)
                elif path.is_file():
                    self._client.log_artifact(run, str(path), target or None)


def _tags(subject: Subject, revision: str | None) -> dict[str, str]:
    """With the commit that holds the run's dvc.lock, once there is one."""
    return tags_of(subject) | ({REVISION: revision} if revision else {})


@contextmanager
def open_tracking(root: Path) -> Iterator[Tracking]:
    """The runs of `root`, for one publisher of this checkout at a time; raises as `open_client`."""
    home = _home(root)
    with open_client(root, "publish") as client:
        yield Tracking(client, home / "mlruns" if home else None)


@contextmanager
def open_client(root: Path, lock: str) -> Iterator[MlflowClient]:
    """MLflow's client on the store of `root`, for one process of this checkout at a time.

    Args:
        lock: what it is wanted for; who wants it for something else need not wait.

    Raises:
        TrackingUnreachable: MLFLOW_TRACKING_URI names a server that does not answer.
        TrackingRefused: MLflow raised, here or in the `with` block.
        StoreUnreadable: the database behind it did.
    """
    named = os.environ.get("MLFLOW_TRACKING_URI")
    uri = named or f"sqlite:///{root / 'mlflow.db'}"
    if uri.startswith(("http://", "https://")):
        silent = why_silent(f"{uri.rstrip('/')}/health")
        if silent:
            raise TrackingUnreachable(public(uri), silent)
    # A publisher that is no terminal's has no use for a bar per file.
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    with _alone(_home(root) or root, lock):
        try:
            yield MlflowClient(uri, uri)
        except MlflowException as error:
            raise TrackingRefused(public(uri), str(error)) from None
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error  # without the statement it was in
            raise StoreUnreadable(public(uri), " ".join(str(cause).split())) from None


def _home(root: Path) -> Path | None:
    """The folder of the database: files of runs lie beside it; None where a server decides."""
    named = os.environ.get("MLFLOW_TRACKING_URI")
    if not named:
        return root
    file = named.removeprefix("sqlite:///")
    return Path(file).absolute().parent if file != named and file else None


@contextmanager
def _alone(root: Path, lock: str) -> Iterator[None]:
    """Two publishers at once would each miss the other's run."""
    path = root / ".penstock" / f"{lock}.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
