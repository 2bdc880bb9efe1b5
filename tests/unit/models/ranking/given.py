"""Rankers at a size that fits in a moment, and views to fit and judge them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from penstock.core.contracts import FitContext, Trial, View
from penstock.core.ranking import Ranks
from penstock.core.settings import parse
from penstock.core.workspace import load_model
from penstock.tasks.ranking import trials
from tests.shop import log, protocol

MODELS: dict[str, dict[str, Any]] = {
    "popularity": {},
    "item_knn": {"neighbours": 15, "shrink": 2.0},
    "ease": {"l2": 20.0},
}
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


def model(name: str, **settings: Any) -> Ranks:
    kind = load_model("ranking", name).MODEL
    made: Ranks = kind(parse(kind.Settings, MODELS[name] | settings, name))
    return made


def fitted(name: str, folder: Path, split: str = "stratified", **settings: Any) -> Ranks:
    learnt: Ranks = model(name, **settings).fit(trial(split).fit_view, context(folder))
    return learnt
