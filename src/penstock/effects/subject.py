"""What is published of one candidate: read from dvc.lock, models/P and reports/P."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penstock.core.config import Params
from penstock.core.errors import DatasetError
from penstock.core.files import read_json
from penstock.effects.since import Since
from penstock.lineage import (
    Entry,
    Lock,
    check_out,
    ensemble_address,
    evaluate_address,
    features_hash,
    raw_digest,
    raw_hashes,
    train_address,
)

MODEL_FILES = ("model", "contract.json", "importances.json", "trials.json")


@dataclass(frozen=True)
class Subject:
    """One candidate or ensemble, ready to be tracked.

    Attributes:
        key: the content key, see `lineage.Lock.content_key`.
        model_key: that of the training alone; None for an ensemble, which has no model file.
        settings: what it was built with, flat, as dvc.lock recorded it.
        history: rows of the training history: `split`, `fold`, and one number per metric.
        scores: split → metric → {mean, std, n, low, high, unit}.
        files: folder in the run's artifacts → files and folders that go there.
        raw: file of data/P/raw → sha256.
        features: md5 of data/P/features.
        changed: what it was built from and is another by now, see `since.Since`.
        variant_of: the project's first candidate of the same model, where it is another one.
    """

    project: str
    name: str
    key: str
    model_key: str | None
    settings: Mapping[str, str]
    history: list[dict[str, Any]]
    scores: Mapping[str, Mapping[str, Mapping[str, Any]]]
    files: Mapping[str, list[Path]]
    raw: Mapping[str, str]
    features: str
    changed: tuple[str, ...]
    variant_of: str | None = None

    @property
    def raw_digest(self) -> str:
        """See `lineage.raw_digest`."""
        return raw_digest(self.raw)


def subjects_of(root: Path, params: Params, lock: Lock, project: str) -> Iterator[Subject]:
    """Every candidate and ensemble of `project` in the order of params.yaml.

    Raises:
        UnknownName: no such project.
        NotBuilt, NotAsLocked: a stage has not run, or its outs are not what dvc.lock records.
    """
    block = params.project(project)
    judged = lock.entry(evaluate_address(project))
    reports = f"reports/{project}"
    metrics = read_json(check_out(root, judged, f"{reports}/metrics.json"))
    page = check_out(root, judged, f"{reports}/index.html")
    curves = check_out(root, judged, f"{reports}/plots")
    raw = raw_hashes(root, project)
    features = features_hash(lock, project, judged.address)
    since = Since(root, lock)
    made = {name: train_address(project, name) for name in block.candidates}
    made |= {name: ensemble_address(project) for name in block.ensembles}
    variants = params.variants(project)
    for name, address in made.items():
        entry = lock.entry(address)
        if name not in metrics:
            raise DatasetError(
                reports, f"no {name!r} in metrics.json", f"dvc repro {judged.address}"
            )
        trained = name in block.candidates
        folder = check_out(root, entry, f"models/{project}/{name}") if trained else None
        yield Subject(
            project=project,
            name=name,
            key=lock.content_key([address, judged.address], part=name),
            model_key=lock.content_key([address]) if trained else None,
            settings=_settings(entry, project, name),
            history=_history(folder / "history.jsonl") if folder else [],
            scores=metrics[name],
            files={
                "": [folder / file for file in MODEL_FILES] if folder else [],
                "curves": sorted(curves.glob("*.csv")),
                "report": [page],
            },
            raw=raw,
            features=features,
            changed=tuple(since.changed([address, judged.address])),
            variant_of=variants.get(name),
        )


def _settings(entry: Entry, project: str, name: str) -> dict[str, str]:
    """The stage's params without the prefixes that only say whose they are."""
    known: dict[str, Any] = {}
    for key, value in entry.params.items():
        if key == f"candidates.{project}-{name}":
            known |= value
        elif key == f"projects.{project}.ensembles":
            known |= value.get(name, {})
        else:
            known[key.removeprefix(f"projects.{project}.")] = value
    return dict(_flat(known))


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, one in value.items():
        if isinstance(one, Mapping):
            yield from _flat(one, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", one if isinstance(one, str) else json.dumps(one)


def _history(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines]
