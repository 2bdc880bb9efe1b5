"""Who challenges: the best trained candidate of the build, or the one that params.yaml names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from penstock.core.config import Params
from penstock.core.dataset import Dataset, load
from penstock.core.errors import PenstockError
from penstock.core.files import read_json, sha256_of_file
from penstock.core.promotion import Promoter
from penstock.core.settings import Settings
from penstock.effects.champions import TrainEntry, Version
from penstock.lineage import (
    Lock,
    NotAsLocked,
    check_out,
    evaluate_address,
    features_hash,
    lock_revision,
    md5_of,
    raw_hashes,
    read_lock,
    train_address,
)
from penstock.pages.leaderboard import leaderboards
from penstock.scoring.contract import CONTRACT, Contract, check_files, read_contract
from penstock.sources.record import find_record


class NotAsTrained(PenstockError):
    """A model says that it saw less than it did."""

    def __init__(self, model: str, says: str | None, truth: str | None, by: str, address: str):
        super().__init__(
            f"{model}: its {CONTRACT} says trained_through {says}, {by} {truth}; "
            "it would be judged on rows that it was trained on, so it is refused\n"
            f"  fix: dvc repro --force {address}"
        )


@dataclass(frozen=True)
class Nominee:
    """A version that may be kept, the folder it lies in, and the features it was trained on."""

    version: Version
    folder: Path
    dataset: Dataset


def nominate(
    root: Path,
    params: Params,
    project: str,
    named: str | None,
    promoter: Promoter,
    protocol: Settings,
) -> Nominee:
    """The challenger of the current build.

    Args:
        named: a candidate; None takes the leaderboard's first, ensembles passed over.

    Raises:
        NotBuilt, NotAsLocked: a stage has not run, or its outs are not what dvc.lock records.
        NotAsTrained: the model's `trained_through` is not that of its rows.
    """
    lock = read_lock(root)
    check_out(root, lock.entry(evaluate_address(project)), f"reports/{project}/metrics.json")
    name = named or _first(root, params, project)
    address = train_address(project, name)
    folder = check_out(root, lock.entry(address), f"models/{project}/{name}")
    features = _features(root, lock, project, address)
    contract = read_contract(folder)
    check_files(folder, contract)
    dataset = load(root / "data" / project / "features")
    truth = {
        "its trials.json": _last_trial(folder),
        "its training data": promoter.trained_through(dataset, protocol),
    }
    for by, moment in truth.items():
        if moment != contract.trained_through:
            model = f"models/{project}/{name}"
            raise NotAsTrained(model, contract.trained_through, moment, by, address)
    return Nominee(_version(root, lock, project, name, contract, folder, features), folder, dataset)


def _first(root: Path, params: Params, project: str) -> str:
    order = leaderboards(root, params, [project])[0].order
    return next(name for name in order if name in params.project(project).candidates)


def _features(root: Path, lock: Lock, project: str, address: str) -> str:
    """md5 of the features that the model was trained on, which must be those that lie there."""
    expected = features_hash(lock, project, address)
    path = f"data/{project}/features"
    found = md5_of(root / path) if (root / path).exists() else None
    if found != expected:
        raise NotAsLocked(path, expected, found, evaluate_address(project))
    return expected


def _last_trial(folder: Path) -> str | None:
    last: str | None = read_json(folder / "trials.json")[-1]["trained_through"]
    return last


def _version(
    root: Path,
    lock: Lock,
    project: str,
    name: str,
    contract: Contract,
    folder: Path,
    features: str,
) -> Version:
    entry = lock.entry(train_address(project, name))
    record = find_record(root, project)
    return Version(
        project=project,
        candidate=name,
        task=contract.model.partition("/")[0],
        model=contract.model,
        key=lock.content_key([entry.address]),
        trained_through=contract.trained_through,
        seed=contract.seed,
        lock_revision=lock_revision(root),
        train_entry=TrainEntry(
            address=entry.address,
            deps=dict(entry.deps),
            params=dict(entry.params),
            outs=dict(entry.outs),
        ),
        raw=raw_hashes(root, project),
        features=features,
        source=dict(record) if record else None,
        files={**contract.files, CONTRACT: sha256_of_file(folder / CONTRACT)},
    )
