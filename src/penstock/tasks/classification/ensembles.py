"""Candidates made of candidates: their scores averaged, or weighed as a choosing split teaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.dataset import Dataset
from penstock.core.settings import Settings
from penstock.tasks.classification.stack import NothingToLearnOn, stack
from penstock.tasks.classification.trials import ProtocolSettings, used_rows


class EnsembleSettings(Settings):
    """How scores become one."""

    method: Literal["mean", "rank_mean", "stack"] = Field(
        "mean", description="scores as they are, as ranks in their fold, or weighed by a stack"
    )
    learns_on: str = Field("validation", description="the split that a stack's weights come from")
    l2: float = Field(1.0, gt=0, description="how strongly a stack's weights are drawn to the mean")


def combine(
    evidence: Sequence[pd.DataFrame],
    settings: EnsembleSettings,
    dataset: Dataset,
    protocol: ProtocolSettings,
) -> pd.DataFrame:
    """The members' scores made one, row by row, on the splits that all of them were judged on.

    Raises:
        NothingToLearnOn: a stack is to learn on a split that there is not, or that no member saw.
    """
    members = _on_common_splits(evidence)
    if settings.method == "stack":
        labels = _labels(dataset, protocol, settings.learns_on)
        return stack(members, labels, settings.learns_on, settings.l2)
    if settings.method == "rank_mean":
        scores = [one.groupby(["split", "fold"])["score"].rank(pct=True) for one in members]
    else:
        scores = [one["score"] for one in members]
    return members[0].assign(score=np.mean([score.to_numpy() for score in scores], axis=0))


def _labels(dataset: Dataset, protocol: ProtocolSettings, split: str) -> pd.DataFrame:
    """row_id and label of the rows that `split` judges, and of no others."""
    if split not in protocol.splits:
        raise NothingToLearnOn(split, "the protocol has no such split")
    roles = dataset.notes["signature"]["roles"]
    labels = dataset.tables["labels"].iloc[used_rows(dataset, protocol, 0, split)[1]]
    return pd.DataFrame({"row_id": labels[roles["id"]], "label": labels[roles["target"]]})


def _on_common_splits(evidence: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    common = set.intersection(*(set(one["split"]) for one in evidence))
    members = [one[one["split"].isin(common)].reset_index(drop=True) for one in evidence]
    rows = ["split", "fold", "row_id"]
    assert all(one[rows].equals(members[0][rows]) for one in members), "all observe the same rows"
    return members
