"""Rankings made of rankings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.dataset import Dataset
from penstock.core.settings import Settings
from penstock.tasks.ranking.trials import GROUP, ProtocolSettings


class EnsembleSettings(Settings):
    """How rankings become one."""

    method: Literal["z_score"] = Field(
        "z_score", description="mean of the scores, each member's on its scale for that user"
    )


def combine(
    evidence: Sequence[pd.DataFrame],
    settings: EnsembleSettings,
    dataset: Dataset,
    protocol: ProtocolSettings,
) -> pd.DataFrame:
    """Each item by the mean z of the members that serve the user, as deep as the shortest member.

    An item that a member does not list is below all it lists: it counts as the last of them.
    """
    parts = [one[one["rank"].notna()] for one in evidence]
    depth = min(int(part["rank"].max()) for part in parts)
    every = pd.concat(parts, keys=range(len(parts)), names=["member", None])
    member = every.index.get_level_values("member").to_numpy()
    group, groups = pd.factorize(pd.MultiIndex.from_frame(every[GROUP]), sort=True)
    item, items = pd.factorize(every["item"], sort=True)
    pair, place = np.unique(group * len(items) + item, return_inverse=True)
    last = np.full((len(groups), len(parts)), np.inf)
    np.minimum.at(last, (group, member), every["z"].to_numpy(dtype=np.float64))
    last[np.isinf(last)] = np.nan
    z = last[pair // len(items)]
    z[place, member] = every["z"].to_numpy()
    score = np.nanmean(z, axis=1)
    of = pair // len(items)
    order = np.lexsort((pair, -score, of))
    of, score, chosen = of[order], score[order], pair[order] % len(items)
    rank = np.arange(len(of)) - np.searchsorted(of, of) + 1
    kept = rank <= depth
    named = groups[of[kept]].to_frame(index=False, name=GROUP)
    made = named.assign(
        unit_id=named["user"],
        item=items[chosen[kept]],
        rank=pd.array(rank[kept], dtype="Int32"),
        score=score[kept],
        z=score[kept].astype(np.float32),
    )
    columns = ["unit_id", "user", "item", "rank", "score", "z", "split", "fold"]
    ordered: pd.DataFrame = made[columns]
    return ordered
