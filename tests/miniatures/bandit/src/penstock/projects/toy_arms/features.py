"""A bandit shows nothing to look at before a lever is pulled: no inputs, the machine as it is."""

from __future__ import annotations

from penstock.core.contracts import Signature
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings


class FeatureSettings(Settings):
    """Nothing to set."""


def featurize(dataset: Dataset, settings: FeatureSettings) -> Dataset:
    """The environment, unchanged."""
    return Dataset(
        environment=dataset.environment, notes={"signature": Signature(inputs=()).to_notes()}
    )
