"""What the card payments of 2013 must be like before anybody learns from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Expectation
from penstock.core.dataset import Dataset
from penstock.gates.expect import quarantine, stop
from penstock.gates.inspection import tables_of
from penstock.projects.creditcard.schema import COMPONENTS

TABLE = "transactions"
BETWEEN = "ExpectColumnValuesToBeBetween"
PRESENT = "ExpectColumnValuesToNotBeNull"


def suite() -> list[Expectation]:
    """16 expectations, beside the three that come of the schema."""
    return [*_rows(), *_table()]


def _rows() -> list[Expectation]:
    """Those that name rows; a file that was published once should break none of them."""
    return [
        quarantine(
            TABLE, "row-id-present", "Every payment has a row number.", PRESENT, column="row_id"
        ),
        quarantine(TABLE, "time-present", "Every payment has a time.", PRESENT, column="Time"),
        quarantine(
            TABLE, "amount-present", "Every payment has an amount.", PRESENT, column="Amount"
        ),
        quarantine(TABLE, "class-present", "Every payment has a label.", PRESENT, column="Class"),
        quarantine(
            TABLE,
            "components-finite",
            "V1 to V28 are numbers, neither missing nor infinite.",
            "ExpectColumnValuesToBeNull",
            column="not_finite",
        ),
        quarantine(
            TABLE,
            "components-plausible",
            "V1 to V28 are principal components: none lies 1,000 or more from 0.",
            BETWEEN,
            column="largest_component",
            max_value=1000,
            strict_max=True,
        ),
        quarantine(
            TABLE,
            "amount-in-range",
            "An amount is finite, at least 0 and at most a million.",
            BETWEEN,
            column="Amount",
            min_value=0,
            max_value=1e6,
        ),
        quarantine(
            TABLE,
            "time-in-range",
            "A time is seconds since the first payment: at least 0, at most a year.",
            BETWEEN,
            column="Time",
            min_value=0,
            max_value=366 * 86_400,
        ),
        quarantine(
            TABLE,
            "time-in-order",
            "No payment is earlier than one before it.",
            BETWEEN,
            column="seconds_behind",
            max_value=0,
        ),
        stop(
            TABLE,
            "row-ids-unique",
            "No two payments have one row number.",
            "ExpectColumnValuesToBeUnique",
            column="row_id",
        ),
        stop(
            TABLE,
            "class-known",
            "A label is 1 (fraud) or 0 (genuine).",
            "ExpectColumnValuesToBeInSet",
            column="Class",
            value_set=[0, 1],
        ),
    ]


def _table() -> list[Expectation]:
    mean = "ExpectColumnMeanToBeBetween"
    return [
        stop(
            TABLE,
            "rows-enough",
            "There are 1,000 to 10 million payments.",
            "ExpectTableRowCountToBeBetween",
            min_value=1_000,
            max_value=10_000_000,
        ),
        stop(
            TABLE,
            "no-silence",
            "Never do six hours go by without a payment.",
            "ExpectColumnMaxToBeBetween",
            column="hours_silent",
            max_value=6,
        ),
        stop(
            TABLE,
            "few-repeats",
            "At most 0.01 of the payments repeat an earlier one in every value.",
            mean,
            column="repeats",
            max_value=0.01,
        ),
        stop(
            TABLE,
            "mean-amount",
            "The mean amount lies between 10 and 1,000.",
            mean,
            column="Amount",
            min_value=10,
            max_value=1000,
        ),
        stop(
            TABLE,
            "label-rate",
            "The share of frauds lies between 0.0005 and 0.02.",
            mean,
            column="Class",
            min_value=0.0005,
            max_value=0.02,
        ),
    ]


def inspect(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """The payments with what expectations ask about a row and its neighbours.

    Adds not_finite (the first of V1 to V28 that is NaN or infinite, null for none),
    largest_component (by size), seconds_behind (the latest time seen so far), hours_silent
    before it, repeats (1.0 where a row repeats an earlier one, its number apart).
    """
    rows = dataset.tables[TABLE]
    components = rows[list(COMPONENTS)].to_numpy(np.float64, na_value=np.nan)
    latest = rows["Time"].cummax()
    helpers = {
        "not_finite": _first_not_finite(components, rows.index),
        "largest_component": np.abs(
            components, where=np.isfinite(components), out=np.zeros_like(components)
        ).max(axis=1),
        "seconds_behind": latest - rows["Time"],
        "hours_silent": latest.diff() / 3600,
        "repeats": rows.duplicated([*COMPONENTS, "Time", "Amount", "Class"]).astype("float64"),
    }
    return {**tables_of(dataset), TABLE: rows.assign(**helpers)}


def _first_not_finite(components: np.ndarray[Any, Any], index: pd.Index) -> pd.Series:
    odd = ~np.isfinite(components)
    names = pd.Series(None, index=index, dtype="object")
    at = np.flatnonzero(odd.any(axis=1))
    names.iloc[at] = np.asarray(COMPONENTS, dtype=object)[odd[at].argmax(axis=1)]
    return names
