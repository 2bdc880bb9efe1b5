"""A shop whose log grows, built by the real stages and recorded in dvc.lock without DVC."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.config import Params
from penstock.core.dataset import Dataset, save
from penstock.core.files import write_json
from penstock.effects.champions import Store
from penstock.effects.promote import Receipt, promote
from penstock.projects.recommendation.features import FeatureSettings, featurize
from penstock.stages.evaluate import evaluate
from penstock.stages.train import train
from tests.example_report import GATE
from tests.promotion_workspace import Workspace
from tests.shop import OPENED, raw

TERMS: dict[str, Any] = {"metric": "ndcg@5", "floor": 0.03, "min_days": 7, "bootstrap": 100}
DAYS, LATE = 60, 37


class ShopWorkspace(Workspace):
    """One candidate, `shown`, whose model changes from night to night."""

    project, candidate = "recommendation", "shown"

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        protocol = {
            "leads_on": "stratified",
            "depth": 5,
            "kept": 10,
            "bootstrap": 20,
            "splits": {"stratified": {"kind": "stratified"}},
        }
        self.params |= {
            "projects": {
                "recommendation": {
                    "task": "ranking",
                    "candidates": ["shown"],
                    "source": {"kind": "tables", "mode": "live", "tables": {}},
                    "protocol": protocol,
                }
            },
            "candidates": {
                "recommendation-shown": {
                    "project": "recommendation",
                    "name": "shown",
                    "task": "ranking",
                    "model": "popularity",
                }
            },
            "promotion": {"recommendation": dict(TERMS)},
        }

    def build(self, as_of: str, **changes: Any) -> Params:
        """The log at the end of that day, and the `model` and `params` given, trained on it."""
        self.params["candidates"]["recommendation-shown"] |= changes
        params = self.write_params()
        save(log_until(as_of), self.root / "data/recommendation/features")
        write_json(self.root / "reports/recommendation/gate.json", GATE)
        train(self.root, params, "recommendation-shown")
        evaluate(self.root, params, "recommendation")
        self.lock()
        return params

    def night(self, as_of: str, **changes: Any) -> Receipt:
        return promote(self.root, self.build(as_of, **changes), self.project)

    def champion(self) -> str | None:
        pointer = Store.open(self.root).pointer(self.project)
        return pointer.key if pointer else None


def log_until(as_of: str, users: int = 240) -> Dataset:
    """The features of the shop at the end of that day.

    Its users come back for two months, so that nearly all have a history before any window; a few
    users and items come after five weeks.
    """
    whole = raw(users=users)
    rows, items = whole.tables["interactions"], whole.tables["items"]
    late = (rows["user"].astype(int) > users - 12) | (rows["item"].astype(int) > 141)
    minutes = np.random.default_rng(5).integers(late * LATE * 1440, DAYS * 1440)
    rows = rows.assign(time=OPENED + minutes * np.timedelta64(60_000_000, "us"))
    rows = rows[rows["time"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)]
    known = items[items["item"].isin(rows["item"])].reset_index(drop=True)
    made = featurize(Dataset({"interactions": rows, "items": known}), FeatureSettings())
    return Dataset(made.tables, notes={**made.notes, "raw": {"interactions.parquet": "ab" * 32}})
