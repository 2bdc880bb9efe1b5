"""What card transactions must be like before anybody learns from them.

Bounds are wide enough for a simulated town of 200 cards over 10 days and for a bank's own
payments; they are there to catch what went wrong on the way, not what is merely unusual.
"""

from __future__ import annotations

import pandas as pd

from penstock.core.contracts import Expectation
from penstock.core.dataset import Dataset
from penstock.gates.expect import quarantine, stop
from penstock.gates.inspection import tables_of

TABLE = "transactions"
BETWEEN = "ExpectColumnValuesToBeBetween"
LARGEST = "ExpectColumnMaxToBeBetween"


def suite() -> list[Expectation]:
    """19 expectations, beside the three that come of the schema."""
    return [*_complete(), *_in_range(), *_in_order(), *_as_usual()]


def _complete() -> list[Expectation]:
    present = "ExpectColumnValuesToNotBeNull"
    id_, time = "transaction_id", "time"
    return [
        quarantine(TABLE, "id-present", "Every transaction has an id.", present, column=id_),
        quarantine(TABLE, "time-present", "Every transaction has a time.", present, column=time),
        quarantine(
            TABLE,
            "customer-present",
            "Every transaction names its card holder.",
            present,
            column="customer",
        ),
        quarantine(
            TABLE,
            "terminal-present",
            "Every transaction names its terminal.",
            present,
            column="terminal",
        ),
        quarantine(
            TABLE, "amount-present", "Every transaction has an amount.", present, column="amount"
        ),
    ]


def _in_range() -> list[Expectation]:
    return [
        quarantine(
            TABLE,
            "amount-in-range",
            "An amount is finite, at least 0 (a card may be merely verified) and at most 10⁹.",
            BETWEEN,
            column="amount",
            min_value=0,
            max_value=1e9,
        ),
        quarantine(
            TABLE,
            "customer-in-range",
            "A customer is a number of at least 0; -1 often stands for an unknown one.",
            BETWEEN,
            column="customer",
            min_value=0,
        ),
        quarantine(
            TABLE,
            "terminal-in-range",
            "A terminal is a number of at least 0; -1 often stands for an unknown one.",
            BETWEEN,
            column="terminal",
            min_value=0,
        ),
        stop(
            TABLE,
            "time-in-range",
            "Times lie in this century; others come of a wrong unit.",
            BETWEEN,
            column="year",
            min_value=2000,
            max_value=2099,
        ),
        stop(
            TABLE,
            "label-in-set",
            "A label is 1 (fraud), 0 (genuine) or not known yet.",
            "ExpectColumnValuesToBeInSet",
            column="label",
            value_set=[0, 1],
        ),
    ]


def _in_order() -> list[Expectation]:
    return [
        quarantine(
            TABLE,
            "no-copies",
            "No row is a copy of an earlier one, as in a feed that was sent twice.",
            "ExpectColumnValuesToBeNull",
            max_share=0.01,
            column="copy_of_row",
        ),
        stop(
            TABLE,
            "ids-unique",
            "Apart from copies, no two transactions have one id.",
            "ExpectColumnValuesToBeUnique",
            column="id_without_copies",
        ),
        quarantine(
            TABLE,
            "time-in-order",
            "No transaction is earlier than one before it.",
            BETWEEN,
            column="seconds_behind",
            max_value=0,
        ),
    ]


def _as_usual() -> list[Expectation]:
    return [
        stop(
            TABLE,
            "rows-enough",
            "There are 100 to 200 million transactions.",
            "ExpectTableRowCountToBeBetween",
            min_value=100,
            max_value=200_000_000,
        ),
        stop(
            TABLE,
            "rows-per-day",
            "A day has a tenth to ten times the usual number of transactions.",
            BETWEEN,
            column="times_usual_day",
            min_value=0.1,
            max_value=10,
        ),
        stop(
            TABLE,
            "no-silence",
            "Never do 72 hours go by without a transaction.",
            LARGEST,
            column="hours_silent",
            max_value=72,
        ),
        stop(
            TABLE,
            "no-single-customer",
            "No customer makes more than 0.5 of the transactions, as a stand-in id would.",
            LARGEST,
            column="customer_share",
            max_value=0.5,
        ),
        stop(
            TABLE,
            "no-single-terminal",
            "No terminal sees more than 0.5 of the transactions, as a stand-in id would.",
            LARGEST,
            column="terminal_share",
            max_value=0.5,
        ),
        stop(
            TABLE,
            "label-rate",
            "The share of frauds among known labels lies between 0.0001 and 0.5.",
            "ExpectColumnMeanToBeBetween",
            column="label",
            min_value=0.0001,
            max_value=0.5,
        ),
    ]


def inspect(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """The transactions with what expectations ask about a row and its neighbours.

    Adds year, copy_of_row (number of the row it repeats, null for none), id_without_copies,
    seconds_behind (the latest time seen so far), hours_silent before it, times_usual_day (how
    its day's rows compare with the median day's), customer_share and terminal_share (of all rows).
    """
    rows = dataset.tables[TABLE]
    latest = rows["time"].cummax()
    copies = _copies(rows)
    helpers = {
        # Floats: Great Expectations compares other types in a loop over every row.
        "year": rows["time"].dt.year.astype("float64"),
        "copy_of_row": copies,
        "id_without_copies": rows["transaction_id"].astype("Int64").mask(copies.notna()),
        "seconds_behind": (latest - rows["time"]).dt.total_seconds(),
        "hours_silent": latest.diff().dt.total_seconds() / 3600,
        "times_usual_day": _times_usual_day(rows["time"]),
        "customer_share": _share(rows["customer"]),
        "terminal_share": _share(rows["terminal"]),
    }
    return {**tables_of(dataset), TABLE: rows.assign(**helpers)}


def _copies(rows: pd.DataFrame) -> pd.Series:
    """Int64 [rows]: the first row that is the same in every column, null on that row itself."""
    first = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    # Only what shares an id is compared whole: a few rows of millions.
    suspects = rows[rows["transaction_id"].duplicated(keep=False)]
    if len(suspects):
        numbers = pd.Series(suspects.index, index=suspects.index)
        keys = [suspects[column] for column in suspects.columns]
        earliest = numbers.groupby(keys, dropna=False).transform("min")
        copies = earliest[earliest < numbers]
        first.loc[copies.index] = copies.astype("Int64")
    return first


def _times_usual_day(time: pd.Series) -> pd.Series:
    """Float [rows]; the first and the last day may be cut short, so they are never too small."""
    day = time.dt.floor("D")
    per_day = day.value_counts().sort_index()
    ratio = per_day / per_day.median()
    cut_short = ratio.index[[0, -1]] if len(ratio) else ratio.index
    ratio[cut_short] = ratio[cut_short].clip(lower=1)
    times: pd.Series = day.map(ratio)
    return times


def _share(entity: pd.Series) -> pd.Series:
    """Float [rows]: the share of all rows that are of the row's entity."""
    return entity.map(entity.value_counts(normalize=True))
