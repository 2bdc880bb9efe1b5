"""Rankers at a size that fits in a moment, and views to fit and judge them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from penstock.core.contracts import FitContext, Trial, View
from penstock.core.settings import parse
from penstock.core.workspace import load_model
from penstock.tasks.ranking import trials
from tests.shop import log, protocol

MODELS: dict[str, dict[str, Any]] = {
    "popularity": {},
    "item_knn": {"neighbours": 15, "shrink": 2.0},
    "ease": {"l2": 20.0},
}
LEARNT: dict[str, dict[str, Any]] = {
    "recent_popularity": {"half_life": 5.0},
    "user_knn": {"neighbours": 15, "shrink": 2.0},
    "rp3beta": {"neighbours": 15, "beta": 0.3},
    "slim": {"l1": 0.5, "l2": 20.0},
    "ials": {"size": 6, "rounds": 8, "l2": 0.05},
    "bpr": {"size": 6, "epochs": 60, "learning_rate": 0.1},
    "mf_sgd": {"size": 4, "epochs": 60, "learning_rate": 0.02},
    "markov": {"reach": 5},
}
SEQUENTIAL: dict[str, dict[str, Any]] = {
    "sasrec": {"size": 16, "length": 8, "epochs": 3, "batch_size": 8, "dropout": 0.1},
    "gru4rec": {"size": 16, "length": 8, "epochs": 3, "batch_size": 8, "hidden": 16},
}
DEEP = SEQUENTIAL | {
    "two_tower": {"size": 8, "epochs": 10, "batch_size": 16},
    "lightgcn": {"size": 8, "epochs": 10, "batch_size": 16},
    "neumf": {"size": 8, "epochs": 4, "batch_size": 256},
}
EVERY = MODELS | LEARNT | DEEP
DATA = log()


def trial(split: str = "stratified") -> Trial:
    return next(iter(trials.folds(DATA, protocol(), 0, split)))


def judged(split: str = "stratified") -> View:
    view = trial(split).eval_view
    assert view is not None
    return view


def context(
    folder: Path, record: Callable[[Mapping[str, float]], None] = lambda row: None, seed: int = 11
) -> FitContext:
    return FitContext(seed, 2, "cpu", folder / "checkpoints", None, record)


def settings(name: str, **changes: Any) -> Any:
    kind = load_model("ranking", name).MODEL
    return parse(kind.Settings, EVERY[name] | changes, name)


def model(name: str, **changes: Any) -> Any:
    return load_model("ranking", name).MODEL(settings(name, **changes))


def on(name: str, view: View, folder: Path, seed: int = 11, **changes: Any) -> Any:
    return model(name, **changes).fit(view, context(folder, seed=seed))


def fitted(name: str, folder: Path, split: str = "stratified", **changes: Any) -> Any:
    return on(name, trial(split).fit_view, folder, **changes)
