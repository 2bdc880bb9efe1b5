"""Rankings made of rankings."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pydantic import Field

from penstock.core.dataset import Dataset
from penstock.core.settings import Settings
from penstock.tasks.toy_ranking.trials import ProtocolSettings


class EnsembleSettings(Settings):
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)."""

    constant: int = Field(60, ge=0, description="how little the first places count for more")


def combine(
    evidence: Sequence[pd.DataFrame],
    settings: EnsembleSettings,
    dataset: Dataset,
    protocol: ProtocolSettings,
) -> pd.DataFrame:
    """Each item by the sum over members of 1 / (constant + its rank), as deep as a member's."""
    depth = int(evidence[0]["rank"].max())
    keys = ["split", "fold", "unit_id", "user", "item"]
    parts = [member.assign(score=1 / (settings.constant + member["rank"])) for member in evidence]
    fused: pd.DataFrame = pd.concat(parts).groupby(keys)[["score"]].sum().reset_index()
    fused = fused.sort_values(
        ["split", "fold", "user", "score", "item"], ascending=[True, True, True, False, True]
    )
    fused["rank"] = fused.groupby(["split", "fold", "user"]).cumcount() + 1
    top: pd.DataFrame = fused.loc[fused["rank"] <= depth]
    return top.reset_index(drop=True)
