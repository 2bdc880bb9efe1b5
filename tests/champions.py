"""Models to keep that nobody trained: small files, with all that a store wants to know of them."""

from __future__ import annotations

from pathlib import Path

from penstock.core.files import sha256_of_file, write_text
from penstock.effects.champions import Pointer, Store, TrainEntry, Version
from penstock.lineage import lock_revision, raw_hashes, read_lock
from penstock.scoring.contract import CONTRACT, read_contract
from penstock.sources.record import find_record

PROJECT = "river"


def make_model(folder: Path, text: str) -> Path:
    """A model folder as `train` leaves one, evidence that nobody keeps included."""
    write_text(folder / "model" / "model.json", text)
    write_text(folder / "model" / "weights" / "layer.txt", text * 1000)
    write_text(folder / "contract.json", "{}\n")
    write_text(folder / "evidence.parquet", "left out")
    return folder


def make_version(folder: Path, digit: str, candidate: str = "tree") -> Version:
    """The version of the model in `folder` under a key of 64 times `digit`."""
    names = ["contract.json", "model/model.json", "model/weights/layer.txt"]
    features = "data/river/features"
    return Version(
        project=PROJECT,
        candidate=candidate,
        task="classification",
        model=f"classification/{candidate}",
        key=digit * 64,
        trained_through=f"2018-05-0{int(digit, 16) % 9 + 1}T00:00:00",
        seed=1,
        lock_revision=None,
        train_entry=TrainEntry(
            address=f"train@river-{candidate}",
            deps={features: "ab.dir"},
            params={"seed": 1},
            outs={f"models/river/{candidate}": "cd.dir"},
        ),
        raw={"transactions.parquet": "ef" * 32},
        features="ab.dir",
        source={"kind": "generator"},
        files={name: sha256_of_file(folder / name) for name in names},
    )


def keep(store: Store, folder: Path, digit: str, candidate: str = "tree") -> Version:
    """Make a model in `folder` and keep it."""
    version = make_version(make_model(folder / digit, f"model {digit}\n"), digit, candidate)
    store.keep(PROJECT, version, folder / digit)
    return version


def pointer_to(version: Version, *previous: Version, decision: str | None = None) -> Pointer:
    return Pointer(
        project=PROJECT,
        key=version.key,
        candidate=version.candidate,
        trained_through=version.trained_through,
        decision=decision,
        previous=tuple(one.key for one in previous),
    )


def crown(store: Store, *versions: Version) -> Pointer:
    """Make each of `versions` champion, one after the other."""
    done: list[Version] = []
    for version in versions:
        now = store.pointer(PROJECT)
        store.point(PROJECT, pointer_to(version, *done[::-1]), now.key if now else None)
        done.append(version)
    found = store.pointer(PROJECT)
    assert found is not None
    return found


def version_in(root: Path, project: str, candidate: str) -> Version:
    """The version of a candidate that `dvc repro` built in the workspace `root`."""
    lock, folder = read_lock(root), root / "models" / project / candidate
    entry = lock.entry(f"train@{project}-{candidate}")
    contract = read_contract(folder)
    return Version(
        project=project,
        candidate=candidate,
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
        features=entry.deps[f"data/{project}/features"],
        source=find_record(root, project),
        files={**contract.files, CONTRACT: sha256_of_file(folder / CONTRACT)},
    )


def crown_built(root: Path, project: str, candidate: str) -> Version:
    """Make a candidate that was built in `root` the champion of its project."""
    store, version = Store.open(root), version_in(root, project, candidate)
    store.keep(project, version, root / "models" / project / candidate)
    now = store.pointer(project)
    pointer = Pointer(
        project=project,
        key=version.key,
        candidate=candidate,
        trained_through=version.trained_through,
        decision=None,
        previous=(now.key, *now.previous) if now else (),
    )
    store.point(project, pointer, now.key if now else None)
    return version
