"""Candidates made of candidates: the chances they give averaged, image by image.

The logarithms are averaged where asked for: a geometric mean lets one doubtful member weigh more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.dataset import Dataset
from penstock.core.settings import Settings
from penstock.tasks.images.trials import ProtocolSettings, chance_columns


class EnsembleSettings(Settings):
    """How chances become one."""

    method: Literal["mean", "geometric"] = Field("mean", description="which mean of the chances")


def combine(
    evidence: Sequence[pd.DataFrame],
    settings: EnsembleSettings,
    dataset: Dataset,
    protocol: ProtocolSettings,
) -> pd.DataFrame:
    """The members' chances made one, on the splits that all of them were judged on."""
    common = set.intersection(*(set(one["split"]) for one in evidence))
    members = [one[one["split"].isin(common)].reset_index(drop=True) for one in evidence]
    rows = ["split", "fold", "row_id"]
    assert all(one[rows].equals(members[0][rows]) for one in members), "all observe the same images"
    names = chance_columns(dataset.notes)
    chances = np.stack([one[names].to_numpy(np.float64) for one in members])
    if settings.method == "geometric":
        made = np.exp(np.log(np.maximum(chances, np.finfo(np.float32).tiny)).mean(axis=0))
        made /= made.sum(axis=1, keepdims=True)
    else:
        made = chances.mean(axis=0)
    told = dict(zip(names, made.astype(np.float32).T, strict=True))
    return members[0].assign(**told)
