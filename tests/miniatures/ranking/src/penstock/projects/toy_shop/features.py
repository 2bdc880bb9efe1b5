"""A ranking learns from who took what: the interactions themselves, in order of time."""

from __future__ import annotations

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings

ROLES = {"id": "interaction", "entity": "user", "item": "item", "time": "time"}


class FeatureSettings(Settings):
    """Nothing to set."""


def featurize(dataset: Dataset, settings: FeatureSettings) -> Dataset:
    """Table `interactions`, ascending in time."""
    rows = dataset.tables["interactions"].sort_values([ROLES["time"], ROLES["id"]])
    signature = Signature((Input("user", "int64"), Input("item", "int64")), ROLES)
    return Dataset(
        tables={"interactions": rows.reset_index(drop=True)},
        notes={"signature": signature.to_notes()},
    )
