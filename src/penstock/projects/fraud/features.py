"""Valid transactions in; inputs, labels and slices out."""

from __future__ import annotations

import pandas as pd

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.features.following import lever_of, none_values
from penstock.features.values import Money
from penstock.projects.fraud.inputs import FeatureSettings, baseline, build
from penstock.projects.fraud.schema import SCENARIOS_TABLE
from penstock.projects.fraud.slices import slices

__all__ = ["FeatureSettings", "featurize"]

ROLES = {
    "id": "transaction_id",
    "time": "time",
    "entity": "customer",
    "target": "label",
    "amount": "amount",
}


def featurize(dataset: Dataset, settings: FeatureSettings) -> Dataset:
    """Tables `features` (transaction_id, time, customer, the 33 inputs), `labels` and `slices`.

    The scenarios are looked at for the slices alone.

    Raises:
        MissingColumn, ColumnUnfit: as `FeatureSet.batch` does.
    """
    transactions = dataset.tables["transactions"]
    made = build(settings)
    features = pd.concat(
        [transactions[[ROLES["id"], ROLES["time"], ROLES["entity"]]], made.batch(transactions)],
        axis=1,
    )
    labels = transactions[[ROLES["id"], ROLES["target"]]].astype({ROLES["target"]: "Int8"})
    sliced = slices(transactions, dataset.tables.get(SCENARIOS_TABLE), settings.big_amount)
    groups = {"baseline": [kernel.feature.name for kernel in baseline(settings)]}
    inputs = tuple(Input(name, made.dtypes[name]) for name in made.names)
    return Dataset(
        tables={"features": features, "labels": labels, "slices": sliced},
        notes={
            "signature": Signature(inputs, ROLES, groups).to_notes(),
            "descriptions": {one.name: one.description for one in made.features},
            "currency": {"code": settings.currency, "minor_units": settings.minor_units},
            "lever": lever_of(made, Money("amount", settings.minor_units)).to_notes(),
            "none": none_values(made),
        },
    )
