"""Retrievers over the shop's log, and a catalogue with things to filter by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import View
from penstock.core.dataset import Dataset
from penstock.models.ranking.parts.ranker import Ranker
from penstock.retrieval.retriever import Retriever
from penstock.scoring.contract import write_contract
from tests.unit.models.ranking.given import fitted as model
from tests.unit.models.ranking.given import judged, trial

SERVED = ("ease", "item_knn", "rp3beta", "slim", "ials")
NEW = [9001, 9002, 9003]  # items that came after the fit


def with_items(view: View, items: pd.DataFrame) -> View:
    return replace(view, data=Dataset({**view.data.tables, "items": items}))


def stocked(view: View) -> View:
    """The view with new items in front, every fifth out of stock, every seventh for adults."""
    items = view.data.tables["items"]
    news = items.iloc[:3].assign(item=NEW, category=["Western", "Comedy", "Documentary"])
    items = pd.concat([news, items], ignore_index=True)
    number = np.arange(len(items))
    return with_items(
        view,
        items.assign(
            stock=np.where(number % 5 == 4, 0, 3), minimum_age=np.where(number % 7 == 6, 18, 0)
        ),
    )


def retriever(name: str, folder: Path, view: View | None = None, **more: Any) -> Retriever:
    trending: Ranker = model("recent_popularity", folder / "trending")
    return Retriever(model(name, folder), view or stocked(judged()), trending, **more)


def first_user() -> int:
    return int(judged().data.tables["users"]["user"][0])


def keep(folder: Path, name: str, made: Any) -> None:
    """As the stage `train` leaves a model."""
    (folder / "model").mkdir(parents=True)
    made.save(folder / "model")
    write_contract(
        folder,
        model=f"ranking/{name}",
        settings=made.get_params(),
        signature=trial().fit_view.signature,
        seed=0,
        threads=1,
        trained_through=None,
    )
