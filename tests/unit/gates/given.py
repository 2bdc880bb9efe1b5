"""A small table, its schema and its suite, for tests of the gate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.contracts import Column, Expectation, Schema
from penstock.core.dataset import Dataset
from penstock.gates.expect import quarantine, stop
from penstock.gates.inspection import tables_of

SCHEMA = Schema(
    {
        "payments": (
            Column("id", "int64", "id"),
            Column("amount", "float64", "value"),
            Column("label", "int8", "target", nullable=True),
        )
    }
)
inspect = tables_of


def payments(rows: int = 1000) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": np.arange(rows),
            "amount": np.arange(rows) / 4,
            "label": pd.array(np.arange(rows) % 10 == 0, "boolean").astype("Int8"),
        }
    )


def dataset(table: pd.DataFrame | None = None) -> Dataset:
    return Dataset({"payments": payments() if table is None else table})


def amounts_present(max_share: float = 0.01) -> Expectation:
    return quarantine(
        "payments",
        "amount-present",
        "Every payment has an amount.",
        "ExpectColumnValuesToNotBeNull",
        max_share=max_share,
        column="amount",
    )


def suite() -> list[Expectation]:
    return [
        amounts_present(),
        quarantine(
            "payments",
            "amount-in-range",
            "An amount is finite.",
            "ExpectColumnValuesToBeBetween",
            max_share=0.01,
            column="amount",
            min_value=0,
            max_value=1e9,
        ),
        stop(
            "payments",
            "ids-unique",
            "No two payments have one id.",
            "ExpectColumnValuesToBeUnique",
            column="id",
        ),
        stop(
            "payments",
            "label-rate",
            "The share of frauds lies between 0.05 and 0.2.",
            "ExpectColumnMeanToBeBetween",
            column="label",
            min_value=0.05,
            max_value=0.2,
        ),
        stop(
            "payments",
            "rows-enough",
            "There are 10 payments or more.",
            "ExpectTableRowCountToBeBetween",
            min_value=10,
        ),
    ]
