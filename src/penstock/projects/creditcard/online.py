"""Payments one after the other, as a server sees them: each is judged by its own row alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from penstock.features.errors import ColumnUnfit
from penstock.features.event import column_of
from penstock.features.row_set import RowSet
from penstock.projects.creditcard.features import SIGNATURE, FeatureSettings
from penstock.projects.creditcard.schema import COMPONENTS

__all__ = ["ENTITY", "TABLE", "FeatureSettings", "features"]

Array = np.ndarray[Any, Any]

TABLE, ENTITY = "transactions", "row_id"
COLUMNS = (*COMPONENTS, "Amount")


def features(settings: FeatureSettings) -> RowSet:
    """The 28 components and log_amount."""
    return RowSet(SIGNATURE.names, "row_id", of_payment)


def of_payment(event: Mapping[str, Any]) -> Array:
    """float64 [29]: what `featurize` gives the payment's row, each a float32 there."""
    found = [column_of(event, name) for name in COLUMNS]
    try:
        numbers = np.array(found, np.float64)
    except (TypeError, ValueError, OverflowError):
        numbers = np.full(len(COLUMNS), np.nan)
    if numbers[-1] >= 0:
        numbers[-1:] = np.log1p(numbers[-1:])
        with np.errstate(over="ignore"):  # it is refused below
            inputs = numbers.astype(np.float32).astype(np.float64)
        if np.isfinite(inputs).all():
            return inputs
    raise _unfit(event)


def _unfit(event: Mapping[str, Any]) -> ColumnUnfit:
    """Which column it is."""
    for name in COLUMNS:
        try:
            with np.errstate(over="ignore"):
                size = float(np.float32(event[name]))
        except (TypeError, ValueError, OverflowError):
            size = float("nan")
        if not np.isfinite(size):
            return ColumnUnfit(name, "a number within float32", repr(event[name]))
    return ColumnUnfit("Amount", "an amount of at least 0", repr(event["Amount"]))
