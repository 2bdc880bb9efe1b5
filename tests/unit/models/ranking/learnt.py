"""What tests look at in a ranker: its scores, histories that grow.

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
from tests.unit.models.ranking.given import DATA, fitted


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
    fitted(sys.argv[1], Path(sys.argv[2])).save(Path(sys.argv[2]) / "model")
