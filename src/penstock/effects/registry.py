"""The MLflow registry follows the pointer: a model a project, a version a champion, one alias.

The pointer is the truth. What MLflow lacks, or has otherwise, is mended whenever it is told again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from penstock.core.telemetry import silence
from penstock.effects.batches import MODEL_KEY
from penstock.effects.champions.errors import NoChampion
from penstock.effects.champions.store import Store
from penstock.effects.champions.version import Version
from penstock.effects.tracking import open_client
from penstock.lineage import raw_digest

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

ALIAS = "champion"


class Mirrored(TypedDict):
    """What MLflow says now.

    `version` is the number under which the champion is registered; `changed`, whether anything had
    to be mended.
    """

    project: str
    key: str
    version: str
    changed: bool
    says: str


def mirror(root: Path, project: str) -> Mirrored:
    """Register the champion and those before it, and set the alias; twice is once.

    Raises:
        NoChampion: there is none to register.
        NotKept, BadFile: the store has lost it, or holds something else.
        TrackingUnreachable, TrackingRefused, StoreUnreadable: see `tracking.open_client`.
    """
    store = Store.open(root)
    pointer = store.pointer(project)
    if pointer is None:
        raise NoChampion(project)
    kept = set(store.versions(project)) | {pointer.key}
    oldest_first = (pointer.key, *pointer.previous)[::-1]
    history = [store.version(project, key) for key in oldest_first if key in kept]
    silence()
    with open_client(root, "registry") as client:
        registry = _Registry(client, project)
        changed = [registry.register(one, f"{store.url}/{project}/models") for one in history]
        number, moved = registry.crown(pointer.key)
    changed.append(moved)
    does = "now names" if any(changed) else "names"
    return Mirrored(
        project=project,
        key=pointer.key,
        version=number,
        changed=any(changed),
        says=f"MLflow: {ALIAS} of {project} {does} version {number}",
    )


def follow(root: Path, project: str) -> str:
    """`mirror` after the pointer was moved: one sentence, whatever MLflow does."""
    if not os.environ.get("MLFLOW_TRACKING_URI") and not (root / "mlflow.db").exists():
        return "MLflow: nothing was published from here, so no alias follows"
    try:
        return mirror(root, project)["says"]
    except Exception as error:  # the champion has changed already, and that stands
        problem = (str(error) or type(error).__name__).splitlines()[0]
        return f"MLflow lags behind until the next promotion or rollback: {problem}"


class _Registry:
    """The registered model of one project."""

    def __init__(self, client: MlflowClient, project: str) -> None:
        self._client, self._project = client, project
        self._named = f"name = '{project}'"
        if not client.search_registered_models(self._named, max_results=1):
            client.create_registered_model(project)
        self._versions = {one.tags.get(MODEL_KEY): one for one in self._listed()}

    def register(self, version: Version, models: str) -> bool:
        """Make its version, or mend the tags of the one that is there; whether that was needed."""
        found, tags = self._versions.get(version.key), _tags(version)
        if found is None:
            run = self._run(version)
            self._versions[version.key] = self._client.create_model_version(
                self._project,
                f"runs:/{run}/model" if run else f"{models}/{version.key}",
                run_id=run,
                tags=tags,
                await_creation_for=0,  # it is ready at once; waiting is told on standard error
            )
            return True
        lacking = {tag: value for tag, value in tags.items() if found.tags.get(tag) != value}
        for tag, value in lacking.items():
            self._client.set_model_version_tag(self._project, found.version, tag, value)
        return bool(lacking)

    def crown(self, key: str) -> tuple[str, bool]:
        """Set the alias; the number of the version, and whether the alias was another's."""
        number = str(self._versions[key].version)
        aliases = self._client.get_registered_model(self._project).aliases
        if str(aliases.get(ALIAS)) == number:
            return number, False
        self._client.set_registered_model_alias(self._project, ALIAS, number)
        return number, True

    def _run(self, version: Version) -> str | None:
        """The latest run of `publish` that holds the same model; None where there is none."""
        experiment = self._client.get_experiment_by_name(version.project)
        if experiment is None:
            return None
        query = f"tags.`{MODEL_KEY}` = '{version.key}' and attributes.status = 'FINISHED'"
        runs = self._client.search_runs([experiment.experiment_id], query, max_results=1)
        return str(runs[0].info.run_id) if runs else None

    def _listed(self) -> Iterator[ModelVersion]:
        page = self._client.search_model_versions(self._named)
        yield from page
        while page.token:
            page = self._client.search_model_versions(self._named, page_token=page.token)
            yield from page


def _tags(version: Version) -> dict[str, str]:
    known = {
        MODEL_KEY: version.key,
        "penstock.candidate": version.candidate,
        "penstock.model": version.model,
        "penstock.trained_through": version.trained_through,
        "penstock.lock.revision": version.lock_revision,
        "penstock.raw.sha256": raw_digest(version.raw),
        "penstock.features.md5": version.features,
    }
    return {tag: value for tag, value in known.items() if value is not None}
