"""The 15 inputs of the fraud project.

Source: Le Borgne et al., Reproducible Machine Learning for Credit Card Fraud Detection, 2022,
section "Baseline feature transformation".
"""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings
from penstock.features.clock import is_night, is_weekend
from penstock.features.featureset import FeatureSet
from penstock.features.kernels import Clock, Column, Count, Kernel, MeanAmount, Risk
from penstock.features.values import Label, Money

WINDOWS_DAYS = (1, 7, 30)
LABEL_DELAY_DAYS = 7
AMOUNT = Money("amount")
LABEL = Label("label")
ROLES = {"id": "transaction_id", "time": "time", "entity": "customer", "target": "label"}


def build(delay_days: int = LABEL_DELAY_DAYS) -> FeatureSet:
    """The set for labels that are known `delay_days` after the transaction.

    The table has `time` (datetime64, ascending), `customer` and `terminal` (any hashable),
    `amount` (two decimals), `label` (1 fraud, 0 genuine, null not known yet).
    """
    of_row: list[Kernel] = [
        Column("amount", "amount of the transaction"),
        Clock("weekend", is_weekend, "1 on Saturday and Sunday"),
        Clock("night", is_night, "1 from midnight to 6:59"),
    ]
    of_customer: list[Kernel] = []
    of_terminal: list[Kernel] = []
    for days in WINDOWS_DAYS:
        of_customer += [
            Count(f"customer_count_{days}d", "customer", days),
            MeanAmount(f"customer_mean_amount_{days}d", "customer", days, AMOUNT),
        ]
        of_terminal += [
            Count(f"terminal_count_{days}d", "terminal", days, delay_days),
            Risk(f"terminal_risk_{days}d", "terminal", days, delay_days, LABEL),
        ]
    return FeatureSet((*of_row, *of_customer, *of_terminal), delay_days)


FEATURES = build()
"""At the published delay of a week."""


class FeatureSettings(Settings):
    """When labels are known; no feature looks at younger ones."""

    label_delay_days: int = Field(
        LABEL_DELAY_DAYS, ge=1, le=3650, description="days until a label is known, at least 1"
    )


def featurize(dataset: Dataset, settings: FeatureSettings) -> Dataset:
    """Tables `features` (transaction_id, time, customer, the 15 inputs) and `labels`.

    Raises:
        MissingColumn, ColumnUnfit: as `FeatureSet.batch` does.
    """
    transactions = dataset.tables["transactions"]
    made = build(settings.label_delay_days)
    rows = transactions[[ROLES["id"], ROLES["time"], ROLES["entity"]]]
    labels = transactions[[ROLES["id"], ROLES["target"]]].astype({ROLES["target"]: "Int8"})
    signature = Signature(tuple(Input(name, made.dtypes[name]) for name in made.names), ROLES)
    return Dataset(
        tables={"features": pd.concat([rows, made.batch(transactions)], axis=1), "labels": labels},
        notes={"signature": signature.to_notes()},
    )
