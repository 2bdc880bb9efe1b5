"""What the interactions must be like."""

from __future__ import annotations

import pandas as pd

from penstock.core.contracts import Expectation
from penstock.core.dataset import Dataset
from penstock.gates.expect import quarantine, stop
from penstock.gates.inspection import tables_of

TABLE = "interactions"
BETWEEN = "ExpectColumnValuesToBeBetween"


def suite() -> list[Expectation]:
    return [
        quarantine(
            TABLE,
            "item-known",
            "An item is a number of at least 0; a scan that failed gives -1.",
            BETWEEN,
            max_share=0.01,
            column="item",
            min_value=0,
        ),
        quarantine(
            TABLE,
            "taken-once",
            "Nobody takes an item twice.",
            "ExpectColumnValuesToBeNull",
            max_share=0.01,
            column="taken_before",
        ),
        stop(
            TABLE,
            "history-enough",
            "Every customer took at least 3 items: some to learn from, some to find again.",
            BETWEEN,
            column="of_user",
            min_value=3,
        ),
    ]


def inspect(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """The interactions with `taken_before` (true, or null) and `of_user` (how many theirs are)."""
    rows = dataset.tables[TABLE]
    again = rows.duplicated(["user", "item"])
    helpers = {
        "taken_before": again.astype("boolean").where(again),
        "of_user": rows.groupby("user")["item"].transform("size"),
    }
    return {**tables_of(dataset), TABLE: rows.assign(**helpers)}
