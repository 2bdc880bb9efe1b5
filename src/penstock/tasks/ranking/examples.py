"""Rankings of a few users with titles: what numbers don't show."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Grid
from penstock.core.dataset import Dataset
from penstock.tasks.ranking.trials import ITEMS, Log, ProtocolSettings

USERS, CANDIDATES, BEFORE = 3, 3, 5
FOUND = " ✓"


def examples(
    predictions: Mapping[str, pd.DataFrame],
    order: list[str],
    dataset: Dataset,
    protocol: ProtocolSettings,
) -> list[Grid]:
    """A table for each of three users of the leading split: long, middling and short histories.

    Args:
        order: candidates, best first; the first three are shown.
    """
    split = protocol.leads_on
    shown = {}
    for name in order[:CANDIDATES]:
        rows = predictions[name]
        of = rows[(rows["split"] == split) & (rows["fold"] == 0) & rows["rank"].notna()]
        if len(of):
            shown[name] = of
    if not shown:
        return []
    log = Log(dataset)
    fit = log.cut(protocol, split).fit
    titles = dict(zip(log.items, dataset.tables[ITEMS]["title"], strict=True))
    return [
        _grid(user, shown, log, fit, titles, split) for user in _chosen(next(iter(shown.values())))
    ]


def _chosen(rows: pd.DataFrame) -> list[object]:
    """The users at one, three and five sixths when ordered by history, then by id."""
    users = rows[["user", "history"]].drop_duplicates().sort_values(["history", "user"])["user"]
    places = sorted({int(len(users) * share) for share in (1 / 6, 3 / 6, 5 / 6)})
    return [users.iloc[place] for place in places[:USERS]]


def _grid(
    user: object,
    shown: Mapping[str, pd.DataFrame],
    log: Log,
    fit: np.ndarray[tuple[int], np.dtype[np.int64]],
    titles: Mapping[object, str],
    split: str,
) -> Grid:
    lists = {}
    for name, rows in shown.items():
        mine = rows[rows["user"] == user].sort_values("rank")
        marks = np.where(mine["label"] == 1, FOUND, "")
        lists[name] = [titles[item] + mark for item, mark in zip(mine["item"], marks, strict=True)]
    mine = fit[log.user[fit] == log.users.get_loc(user)]
    latest = mine[np.argsort(log.time[mine], kind="stable")][::-1][:BEFORE]
    before = ", ".join(titles[log.items[log.item[row]]] for row in latest)
    depth = max(len(one) for one in lists.values())
    return Grid(
        title=f"What user {user} is shown",
        columns=["rank", *lists],
        rows=[
            [str(rank + 1), *(one[rank] if rank < len(one) else "—" for one in lists.values())]
            for rank in range(depth)
        ],
        caption=(
            f"Of {len(mine)} interactions before, the latest: {before or 'none'}. "
            f"✓ was taken, as the split “{split}” kept back."
        ),
    )
