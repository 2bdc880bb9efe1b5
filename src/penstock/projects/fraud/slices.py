"""Parts of the transactions that are judged on their own; no model sees them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from penstock.core.contracts import Array

HISTORY = (0, 10, 50, 200)
"""Earlier transactions of the customer from which on a band begins."""
AGE_DAYS = (0, 7, 28, 90)
"""Days since the terminal's first transaction from which on a band begins."""
AMOUNT_QUANTILES = (0.25, 0.5, 0.75, 0.95)
THIEVES = ("none", "large amount", "compromised terminal", "compromised card")
"""By the number of the simulator's scenario."""


def slices(
    transactions: pd.DataFrame, scenarios: pd.DataFrame | None, big_amount: float
) -> pd.DataFrame:
    """A row per transaction: transaction_id, then ordered categories.

    Columns `amount` (of round quantiles, and `big_amount`), `history` (earlier transactions of
    the customer), `terminal_age` and, where the data tell, `scenario` (null: not known yet).
    """
    earlier = transactions.groupby("customer").cumcount().to_numpy()
    first = transactions.groupby("terminal")["time"].transform("min")
    age = (transactions["time"] - first).dt.total_seconds().to_numpy() / 86_400
    made = pd.DataFrame(
        {
            "transaction_id": transactions["transaction_id"],
            "amount": _by_amount(transactions["amount"].to_numpy(np.float64), big_amount),
            "history": _from(earlier, HISTORY, "transactions"),
            "terminal_age": _from(age, AGE_DAYS, "days"),
        }
    )
    if scenarios is not None:
        made["scenario"] = _scenario(made["transaction_id"], scenarios)
    return made


def _by_amount(amount: Array, big_amount: float) -> pd.Categorical:
    quantiles = np.quantile(amount, AMOUNT_QUANTILES) if amount.size else np.empty(0)
    round_ones = {float(f"{edge:.2g}") for edge in quantiles if edge > 0}
    edges = sorted({*round_ones, big_amount})
    between = [f"{low:,g} to {high:,g}" for low, high in pairwise(edges)]
    names = [f"up to {edges[0]:,g}", *between, f"above {edges[-1]:,g}"]
    return _named(np.searchsorted(edges, amount, side="left"), names)


def _from(values: Array, begins: Sequence[int], unit: str) -> pd.Categorical:
    """The band of each value: `0 to 9 transactions` … `200 transactions and more`."""
    between = [f"{low} to {high - 1}" for low, high in pairwise(begins)]
    names = [*(f"{name} {unit}" for name in between), f"{begins[-1]} {unit} and more"]
    return _named(np.searchsorted(begins, values, side="right") - 1, names)


def _scenario(ids: pd.Series, scenarios: pd.DataFrame) -> pd.Categorical:
    by_id = scenarios.set_index("transaction_id")["scenario"]
    return _named(ids.map(by_id).fillna(-1).to_numpy(np.int64), THIEVES)


def _named(codes: Array, names: Sequence[str]) -> pd.Categorical:
    dtype = pd.CategoricalDtype(list(names), ordered=True)
    made: pd.Categorical = pd.Categorical.from_codes(codes, dtype=dtype)
    return made
