"""Leave the last items of each user out, learn from those before, rank all the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.contracts import Array, Signature, Trial, View
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings

TABLE = "interactions"


class SplitSettings(Settings):
    hold_out: int = Field(1, ge=1, description="latest items of each user, to be found again")


class ProtocolSettings(Settings):
    """`projects.P.protocol` of a ranking project."""

    unit: str = Field("user", description="what the intervals resample")
    leads_on: str = Field(description="the split that orders the leaderboard")
    splits: dict[str, SplitSettings] = Field(min_length=1, description="split by name")
    depth: int = Field(10, ge=1, description="how long a ranking is that is looked at")
    bootstrap: int = Field(100, ge=20, description="resamples behind an interval")


def held_out(interactions: pd.DataFrame, user: str, hold_out: int) -> Array:
    """Bool [rows]: whether a row is among the latest of its user; rows ascend in time."""
    return (interactions.groupby(user).cumcount(ascending=False) < hold_out).to_numpy()


def trials(dataset: Dataset, protocol: ProtocolSettings, seed: int) -> Iterator[Trial]:
    """One fit a split, then one on everything."""
    signature = Signature.from_notes(dataset.notes["signature"])
    rows, roles = dataset.tables[TABLE], signature.roles

    def view(kept: Array) -> View:
        return View(Dataset(tables={TABLE: rows[kept].reset_index(drop=True)}), signature)

    def trial(split: str, kept: Array, judged: bool) -> Trial:
        through = str(rows.loc[kept, roles["time"]].max())
        seen = view(kept)
        return Trial(split, 0, seed, seen, seen if judged else None, through, np.flatnonzero(kept))

    for name, split in protocol.splits.items():
        yield trial(name, ~held_out(rows, roles["entity"], split.hold_out), judged=True)
    yield trial("final", np.ones(len(rows), dtype=bool), judged=False)


def observe(candidate: Any, view: View, protocol: ProtocolSettings) -> pd.DataFrame:
    """For each user the first `depth` of all items that they have not had, best first.

    Columns unit_id and user (the same), item, rank (from 1) and score.
    """
    roles = view.signature.roles
    had = view.data.tables[TABLE]
    user, item = had[roles["entity"]].to_numpy(), had[roles["item"]].to_numpy()
    users = np.unique(user)
    items, scores = candidate.rank(users)
    scores[np.searchsorted(users, user), np.searchsorted(items, item)] = -np.inf
    # Stable: of two items with one score, the one with the smaller number comes first.
    order = np.argsort(-scores, axis=1, kind="stable")[:, : protocol.depth]
    best = np.take_along_axis(scores, order, axis=1)
    ranked = pd.DataFrame(
        {
            "unit_id": np.repeat(users, order.shape[1]),
            "user": np.repeat(users, order.shape[1]),
            "item": items[order].ravel(),
            "rank": np.tile(np.arange(1, order.shape[1] + 1), len(users)),
            "score": best.ravel(),
        }
    )
    allowed: pd.DataFrame = ranked.loc[np.isfinite(ranked["score"])]
    return allowed
