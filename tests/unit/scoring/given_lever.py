"""Payments of a few cards with inputs that follow from their amounts, computed the plain way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Input, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.lever import Follower, Lever
from penstock.core.past import Lines, Past

LEVER = Lever(
    "amount",
    100,
    (
        Follower("amount", "itself"),
        Follower("mean", "mean", by="count"),
        Follower("median", "usual", by="history"),
        Follower("ratio", "relative", by="history"),
        Follower("large", "above", by="ratio", threshold=2.5),
        Follower("largest", "largest", by="ratio", rows="count"),
    ),
)
NAMES = (*(one.input for one in LEVER.followers), "count", "history", "risk")
WINDOW = 5  # rows, one's own among them


def payments(rows: int = 250, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "row_id": np.arange(rows),
            "time": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(rows), unit="h"),
            "card": random.integers(0, 12, rows),
            "cents": np.rint(random.gamma(1.2, 4000.0, rows)).astype(np.int64) + 1,
            "risk": random.random(rows),
        }
    )
    table["amount"] = table["cents"] / 100
    return table


def with_inputs(table: pd.DataFrame) -> pd.DataFrame:
    """Inputs by loops over the earlier rows of each card."""
    inputs: dict[str, list[Any]] = {name: [] for name in NAMES if name not in table}
    ratios: dict[int, list[float]] = {}
    for place, (card, cents) in enumerate(zip(table["card"], table["cents"], strict=True)):
        earlier = table["cents"].iloc[:place][table["card"].iloc[:place] == card].to_list()
        median = round(100 * float(np.median(earlier))) if earlier else cents * 100
        ratio = cents * 100 / max(median, 100)
        seen = [*ratios.setdefault(card, []), ratio][-WINDOW:]
        ratios[card].append(ratio)
        recent = [*earlier, cents][-WINDOW:]
        inputs["history"].append(len(earlier))
        inputs["count"].append(len(recent))
        inputs["mean"].append(sum(recent) / (len(recent) * 100))
        inputs["median"].append(median / 10_000)
        inputs["ratio"].append(ratio)
        inputs["large"].append(sum(one > 2.5 for one in seen))
        inputs["largest"].append(max(seen))
    return table.assign(**inputs)


def view_of(table: pd.DataFrame, rows: np.ndarray | None = None, *, past: bool = True) -> View:
    """Some rows of a table with inputs, with what was before them."""
    rows = np.arange(len(table)) if rows is None else rows
    roles = {"id": "row_id", "time": "time", "entity": "card", "amount": "amount"}
    signature = Signature(tuple(Input(name, "float64") for name in NAMES), roles)
    lines = Lines(table, table["card"].to_numpy(), table["time"].to_numpy())
    data = Dataset({"features": table.iloc[rows].reset_index(drop=True)})
    return View(data, signature, past=Past(lines, rows, NAMES) if past else None)
