"""The rankers beyond the simplest, at a size that fits in a moment.

`python -m tests.unit.models.ranking.learnt MODEL FOLDER` fits one in a process of its own.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, View
from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.core.workspace import load_model
from tests.unit.models.ranking.given import DATA, context, trial

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


def settings(name: str, **changes: Any) -> Any:
    kind = load_model("ranking", name).MODEL
    return parse(kind.Settings, LEARNT[name] | changes, name)


def learnt(name: str, folder: Path, split: str = "stratified", **changes: Any) -> Any:
    return on(name, trial(split).fit_view, folder, **changes)


def on(name: str, view: View, folder: Path, seed: int = 11, **changes: Any) -> Any:
    kind = load_model("ranking", name).MODEL
    return kind(settings(name, **changes)).fit(view, context(folder, seed=seed))


def had(view: View) -> Array:
    """Users of the view × items of the catalogue, 1 where a user had an item."""
    rows, tables = view.data.tables["interactions"], view.data.tables
    found = np.zeros((len(tables["users"]), len(tables["items"])))
    user = pd.Index(tables["users"]["user"]).get_indexer(rows["user"])
    found[user, pd.Index(tables["items"]["item"]).get_indexer(rows["item"])] = 1
    return found


def scores(model: Any, view: View) -> Array:
    """Every score that `model` gives, shape (users, items); NaN where it shows nothing."""
    ranking = model.rank(view, len(view.data.tables["items"]))
    found = np.full((len(view.data.tables["users"]), ranking.items.shape[1]), np.nan)
    shown = np.where(np.isfinite(ranking.scores), ranking.scores, np.nan)
    found[ranking.users[:, None], ranking.items] = shown
    return found


def grown(view: View, user: int, items: list[int]) -> View:
    """`view`, where `user` has taken `items` since."""
    rows = view.data.tables["interactions"]
    news = rows.iloc[: len(items)].assign(
        user=user,
        item=items,
        time=rows["time"].max() + pd.to_timedelta(np.arange(len(items)) + 1, unit="min"),
        interaction=10**6 + np.arange(len(items)),
    )
    tables = {**view.data.tables, "interactions": pd.concat([rows, news], ignore_index=True)}
    return replace(view, data=Dataset(tables))


ITEMS = DATA.tables["items"]["item"].to_numpy()


if __name__ == "__main__":
    learnt(sys.argv[1], Path(sys.argv[2])).save(Path(sys.argv[2]) / "model")
