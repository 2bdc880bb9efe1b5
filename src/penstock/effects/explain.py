"""Why one row has its score: by the champion, or by the best candidate that can tell."""

from __future__ import annotations

import pkgutil
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.config import Params
from penstock.core.contracts import Signature, View
from penstock.core.dataset import Dataset, load
from penstock.core.errors import PenstockError
from penstock.core.workspace import load_model as import_model
from penstock.core.workspace import load_part
from penstock.effects.alerting import Alerting, alerting
from penstock.effects.champions import Store
from penstock.pages.leaderboard import leaderboards
from penstock.scoring.contract import load_model, read_contract
from penstock.scoring.currency import Currency
from penstock.scoring.explaining import passes_of
from penstock.scoring.inputs import signature_on
from penstock.scoring.reasons import would_pass
from penstock.scoring.telling import currency_of, in_minutes, said_of
from penstock.scoring.wording import phrases_of


class NoReasons(PenstockError):
    """No model of the project can tell what its scores are made of."""

    def __init__(self, project: str, who: str, task: str) -> None:
        able = _models_that_tell(task)
        fix = (
            f"list a candidate of model {' or '.join(able)} under projects.{project}.candidates, "
            "then: dvc repro"
            if able
            else "give a model of the task a method `contributions`"
        )
        super().__init__(f"{project}: {who} can't tell what its scores are made of\n  fix: {fix}")


class UnknownRow(PenstockError):
    """The features hold no row with that id."""

    def __init__(self, project: str, column: str, row: str, ids: pd.Series) -> None:
        super().__init__(
            f"data/{project}/features: no {column} {row!r}; it holds {len(ids):,} rows, ids "
            f"{ids.min()} to {ids.max()}\n"
            f"  fix: give one of those; reports/{project}/index.html lists alerts with their ids"
        )


def explain(root: Path, params: Params, project: str, row: str) -> dict[str, Any]:
    """The score of a row of data/`project`/features, its reasons, and what would have passed.

    Raises:
        UnknownName: no such project.
        DatasetError: nothing was built yet.
        NoReasons: neither the champion nor any candidate can tell.
        UnknownRow: there is no such row.
        NotKept, BadFile, ModelFileError, InputsGone: the model is not as it was, or not of these
            features.
    """
    task = params.project(project).task
    folder, name, champion = _model(root, params, project)
    model: Any = load_model(folder)
    if not hasattr(model, "contributions"):
        raise NoReasons(project, f"the champion, {name},", task)
    dataset = load(root / "data" / project / "features")
    offered = Signature.from_notes(dataset.notes["signature"])
    place = _place(dataset, offered, project, row)
    rows = load_part("task", task, "trials").Rows(dataset)
    view = rows.eval_view(np.array([place]))
    view = view.through(signature_on(folder, read_contract(folder), offered))
    score, shares = float(model.predict_proba(view)[0]), model.contributions(view)
    table = dataset.tables["features"]
    values = {str(column): table[column].iloc[place] for column in table.columns}
    said = said_of(phrases_of(project), shares, 0, values, dataset)
    return {
        "project": project,
        "row": row,
        "time": in_minutes(values[offered.roles["time"]]),
        "candidate": name,
        "champion": champion,
        "score": score,
        "reasons": [asdict(one) for one in said.reasons],
        "rest": said.rest,
        "base": said.base,
        "margin": said.margin,
        **_alert(model, view, score, alerting(root, task, project, name), currency_of(dataset)),
    }


def _alert(
    model: Any, view: View, score: float, when: Alerting, currency: Currency
) -> dict[str, Any]:
    """The row's amount, what would alert on it, and what smaller amounts would have passed."""
    role = view.signature.roles.get("amount")
    amount = float(view.data.tables["features"][role].iloc[0]) if role else None
    passes = passes_of(model, view, np.array([when.threshold]), when.worth).iloc[0]
    start, below = (float(passes[key]) for key in ("passes_from", "passes_below"))
    return {
        "amount": "" if amount is None else currency.say(amount),
        "threshold": None if np.isnan(when.threshold) else when.threshold,
        "saves": None if amount is None else when.saves(score, amount),
        "passes_from": None if np.isnan(start) else start,
        "passes_below": None if np.isnan(below) else below,
        "would_pass": would_pass(start, below, currency),
    }


def _model(root: Path, params: Params, project: str) -> tuple[Path, str, bool]:
    """Its folder, whose it is, and whether it is the champion."""
    store = Store.open(root)
    pointer = store.pointer(project)
    if pointer is not None:
        return store.fetch(project, pointer.key), pointer.candidate, True
    task = params.project(project).task
    [board] = leaderboards(root, params, [project])
    for name in board.order:
        block = params.candidates.get(f"{project}-{name}")
        if block is not None and _tells(task, block.model):
            return root / "models" / project / name, name, False
    raise NoReasons(project, f"none of {', '.join(board.order)}", task)


def _tells(task: str, model: str) -> bool:
    return hasattr(getattr(import_model(task, model), "MODEL", None), "contributions")


def _models_that_tell(task: str) -> list[str]:
    package = import_module(f"penstock.models.{task}")
    files = [found.name for found in pkgutil.iter_modules(package.__path__) if not found.ispkg]
    return [name for name in files if _tells(task, name)]


def _place(dataset: Dataset, signature: Signature, project: str, row: str) -> int:
    """The position of a row in the features."""
    column = signature.roles["id"]
    ids = dataset.tables["features"][column]
    found = np.flatnonzero((ids.astype(str) == row).to_numpy())
    if not len(found):
        raise UnknownRow(project, column, row, ids)
    return int(found[0])
