"""The inputs of the ULB payments: its 28 published components and the amount.

`Time` is left out: it counts seconds from the first payment of two days, so a model could learn
which day it is. Without it a payment that was recorded twice is an exact copy, which the task
takes out of a training window when its twin is judged.
"""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings
from penstock.projects.creditcard.schema import COMPONENTS

SIGNATURE = Signature(
    inputs=(*(Input(name) for name in COMPONENTS), Input("log_amount")),
    roles={"id": "row_id", "time": "seconds", "target": "label"},
)


class FeatureSettings(Settings):
    """Nothing to set."""


def featurize(dataset: Dataset, settings: FeatureSettings) -> Dataset:
    """Tables `features` (row_id, seconds, 28 components, log_amount) and `labels`."""
    import pandas as pd

    payments = dataset.tables["transactions"]
    components = {name: payments[name].astype(np.float32) for name in COMPONENTS}
    features = pd.DataFrame(
        {
            "row_id": payments["row_id"],
            "seconds": payments["Time"],
            **components,
            "log_amount": np.log1p(payments["Amount"]).astype(np.float32),
        }
    )
    labels = pd.DataFrame({"row_id": payments["row_id"], "label": payments["Class"].astype("Int8")})
    return Dataset(
        tables={"features": features, "labels": labels},
        notes={"signature": SIGNATURE.to_notes()},
    )
