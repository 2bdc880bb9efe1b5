"""The nets of the ranking task, at a size that fits in a moment.

`python -m tests.unit.models.ranking.deep FOLDER` fits each of them in a process of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Signature, View
from penstock.core.dataset import Dataset
from penstock.projects.recommendation.features import ROLES
from tests.unit.models.ranking.given import DEEP, fitted


def deep(name: str, folder: Path, split: str = "next_item", **changes: Any) -> Any:
    return fitted(name, folder, split, **changes)


def view_of(histories: list[list[int]], items: int, moments: list[list[int]] | None = None) -> View:
    """A view where user u had `histories[u]`, a minute apart or at `moments[u]`."""
    rows = [
        (user, item, place if moments is None else moments[user][place])
        for user, history in enumerate(histories)
        for place, item in enumerate(history)
    ]
    frame = pd.DataFrame(rows, columns=["user", "item", "minute"])
    time = np.datetime64("2024-01-01", "us") + frame.pop("minute").to_numpy() * np.timedelta64(
        60_000_000, "us"
    )
    tables = {
        "interactions": frame.assign(interaction=np.arange(len(frame)), time=time, value=np.nan),
        "users": pd.DataFrame({"user": np.arange(len(histories))}),
        "items": pd.DataFrame({"item": np.arange(items), "category": "", "year": np.float32(1990)}),
    }
    return View(Dataset(tables), Signature((), ROLES))


if __name__ == "__main__":
    for each in DEEP:
        deep(each, Path(sys.argv[1]) / each).save(Path(sys.argv[1]) / each / "model")
