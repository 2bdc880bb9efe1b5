"""Fitted models in a store of champions, as training and promotion leave them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from penstock.core.contracts import Candidate, FitContext, Input, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.files import sha256_of_file
from penstock.core.settings import parse
from penstock.core.workspace import load_model
from penstock.effects.champions import Pointer, Store, TrainEntry, Version
from penstock.projects.fraud.features import featurize
from penstock.projects.fraud.inputs import FeatureSettings
from penstock.projects.fraud.simulator import SimulatorSettings, simulate
from penstock.scoring.contract import CONTRACT, read_contract, write_contract
from penstock.scoring.notes_file import write_notes

KEY = "1" * 64
WORLD = SimulatorSettings(customers=60, terminals=80, days=50, radius=20.0)


def write_model(folder: Path, model: Candidate, signature: Signature, notes: Any) -> Path:
    """A fitted model of the classification task in `folder`, with its contract."""
    (folder / "model").mkdir(parents=True)
    model.save(folder / "model")
    write_notes(folder / "model", notes)
    write_contract(
        folder,
        model=type(model).__module__.removeprefix("penstock.models.").replace(".", "/"),
        settings=model.get_params(),
        signature=signature,
        seed=11,
        threads=1,
        trained_through=None,
    )
    return folder


def crown_in(store: Store, folder: Path, project: str, key: str = KEY) -> Version:
    """Keep the model in `folder` and make it the champion of `project`."""
    contract = read_contract(folder)
    name = contract.model.partition("/")[2]
    version = Version(
        project=project,
        candidate=name,
        task="classification",
        model=contract.model,
        key=key,
        trained_through=contract.trained_through,
        seed=contract.seed,
        lock_revision=None,
        train_entry=TrainEntry(address=f"train@{project}-{name}", deps={}, params={}, outs={}),
        raw={"transactions.parquet": "ef" * 32},
        features="ab.dir",
        source={"kind": "generator", "locator": "a simulator", "settings_sha256": "cd" * 32},
        files={**contract.files, CONTRACT: sha256_of_file(folder / CONTRACT)},
    )
    store.keep(project, version, folder)
    now = store.pointer(project)
    pointer = Pointer(
        project=project,
        key=key,
        candidate=name,
        trained_through=version.trained_through,
        decision=None,
        previous=(now.key,) if now else (),
    )
    store.point(project, pointer, now.key if now else None)
    return version


def simulated() -> tuple[Dataset, Dataset]:
    """A small world of payments, and its features."""
    valid = Dataset({"transactions": simulate(WORLD).drop(columns="scenario")})
    return valid, featurize(valid, FeatureSettings())


def fit_on(features: Dataset, name: str, folder: Path, **settings: Any) -> Candidate:
    """A model of the classification task fitted on all rows whose labels are known."""
    table, labels = features.tables["features"], features.tables["labels"]["label"]
    known = labels.notna().to_numpy()
    signature = Signature.from_notes(features.notes["signature"])
    told = Dataset({"features": table[known]}, notes=features.notes)
    view = View(told, signature, labels[known].to_numpy(np.int8))
    kind = load_model("classification", name).MODEL
    made: Candidate = kind(parse(kind.Settings, settings, name))
    return made.fit(view, FitContext(11, 1, "cpu", folder))


def crowned_fraud(root: Path, features: Dataset, name: str = "xgboost", **settings: Any) -> Store:
    """A store in `root` whose champion of fraud was fitted on `features`."""
    signature = Signature.from_notes(features.notes["signature"])
    model = fit_on(features, name, root / "checkpoints", **settings)
    store = Store.open(root)
    folder = write_model(root / "models" / "fraud" / name, model, signature, features.notes)
    crown_in(store, folder, "fraud")
    return store


def matrix_of(features: Dataset) -> Any:
    """float32 [rows, inputs]."""
    names = [one["name"] for one in features.notes["signature"]["inputs"]]
    return np.ascontiguousarray(features.tables["features"][names].to_numpy(np.float32))


def plain_signature(names: tuple[str, ...]) -> Signature:
    return Signature(tuple(Input(name) for name in names))
