"""Sweeps for tests: a study without data, and a small workspace with one that is worth running."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from penstock.core.config import load_params
from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.study import Study
from tests.workspace import ROOT

SPACE = {
    "max_depth": {"int": [1, 12]},
    "min_samples_leaf": {"int": [1, 200], "log": True},
    "criterion": {"choice": ["gini", "entropy"]},
}
SWEEP = {"split": "validation", "trials": 7, "startup": 3, "parallel": 3, "space": SPACE}
STARTS = ["2018-04-08", "2018-04-10", "2018-04-13"]  # three folds before the small test split
CANDIDATE = "fraud-tree"


def make_study(root: Path, features: str = "abc", **changed: Any) -> Study:
    """The study of the repository's fraud-tree in the folder `root`, with SWEEP changed."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    params["sweeps"] = {CANDIDATE: SWEEP | changed}
    return study_in(root, params, features)


def study_in(root: Path, params: dict[str, Any], features: str = "abc") -> Study:
    (root / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    folder = root / "data" / "fraud" / "features"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "labels.parquet").touch()
    manifest = {"files": {"labels.parquet": features}, "rows": {}, "notes": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return Study.of(root, load_params(root), CANDIDATE)


def end(study: Study, number: int, *folds: float, **values: Any) -> None:
    """Record a trial that was asked for and has ended."""
    tried = study.present | values
    study.ask(number, tried)
    study.end(Ended(number, State.COMPLETE, tried, folds, 0.1))


def worth_sweeping(root: Path, **changed: Any) -> Path:
    """Give a small workspace three folds to choose on, and SWEEP of a single tree."""
    path = root / "params.yaml"
    params = yaml.safe_load(path.read_text())
    params["projects"]["fraud"]["protocol"]["splits"]["validation"]["starts"] = STARTS
    params["sweeps"] = {CANDIDATE: SWEEP | changed}
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    return root
