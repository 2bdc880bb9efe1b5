"""Probabilities made of probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from penstock.core.dataset import Dataset
from penstock.core.settings import Settings
from penstock.tasks.toy_images.trials import ProtocolSettings, probabilities


class EnsembleSettings(Settings):
    """Nothing to set: probabilities are averaged."""


def combine(
    evidence: Sequence[pd.DataFrame],
    settings: EnsembleSettings,
    dataset: Dataset,
    protocol: ProtocolSettings,
) -> pd.DataFrame:
    """The members' probabilities averaged image by image."""
    names = probabilities(evidence[0])
    mean = np.mean([member[names].to_numpy() for member in evidence], axis=0)
    return evidence[0].assign(**dict(zip(names, mean.T, strict=True)))
