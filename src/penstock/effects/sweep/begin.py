"""Before the first trial: the sweep makes sense, and its split keeps off what candidates face."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from penstock.core.config import Params
from penstock.core.dataset import load
from penstock.core.errors import ParamsError, UnknownName
from penstock.core.workspace import load_part
from penstock.effects.sweep.errors import SharesRows
from penstock.effects.sweep.study import Study
from penstock.engine.sweeps import sweep_problems


def begin(root: Path, params: Params, candidate: str) -> Study:
    """The study that params.yaml asks for, checked and ready for trials.

    Raises:
        UnknownName: no such candidate, or no sweep of it.
        ParamsError: split, metric or space make no sense, or the model does not take them.
        DatasetError: the features have not been made.
        SharesRows: the split is no split to choose on.
    """
    params.candidate(candidate)
    if candidate not in params.sweeps:
        raise UnknownName("sweep", candidate, params.sweeps, "sweeps of params.yaml")
    problems = list(dict.fromkeys(sweep_problems(params, candidate)))
    if problems:
        raise ParamsError(problems)
    study = Study.of(root, params, candidate)
    if not (study.folder / "study.json").is_file():
        _keep_off(study)
        study.write()
    return study


def _keep_off(study: Study) -> None:
    """Compare rows, not names: two splits may be called otherwise and be the same days."""
    trials, protocol = load_part("task", study.block.task, "trials"), study.protocol
    dataset = load(study.root / "data" / study.block.project / "features")
    seed, split, judged = study.params.seed, study.sweep.split, study.judged
    used = np.union1d(*trials.used_rows(dataset, protocol, seed, split))
    _, faced = trials.used_rows(dataset, protocol, seed, judged)
    shared = np.intersect1d(used, faced)
    if len(shared):
        raise SharesRows(study.candidate, split, judged, len(shared))
