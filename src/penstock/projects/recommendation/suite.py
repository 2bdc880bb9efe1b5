"""What a log of interactions must be like before anybody learns from it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.contracts import Expectation
from penstock.core.dataset import Dataset
from penstock.gates.expect import quarantine, stop
from penstock.gates.inspection import tables_of
from penstock.projects.recommendation.schema import SCHEMA

ROWS, ITEMS, USERS = "interactions", "items", "users"
BETWEEN = "ExpectColumnValuesToBeBetween"
PRESENT = "ExpectColumnValuesToNotBeNull"
NULL = "ExpectColumnValuesToBeNull"
UNIQUE = "ExpectColumnValuesToBeUnique"
DISTINCT = "ExpectColumnUniqueValueCountToBeBetween"
LARGEST = "ExpectColumnMaxToBeBetween"


def suite() -> list[Expectation]:
    """18 expectations, beside the three that come of the schema."""
    return [*_of_rows(), *_of_the_log(), *_of_tables()]


def _of_rows() -> list[Expectation]:
    return [
        quarantine(ROWS, "user-present", "Every interaction has a user.", PRESENT, column="user"),
        quarantine(ROWS, "item-present", "Every interaction has an item.", PRESENT, column="item"),
        quarantine(ROWS, "time-present", "Every interaction has a time.", PRESENT, column="time"),
        quarantine(
            ROWS,
            "time-in-range",
            "A time lies in the years 1990 to 2100; else its unit was mistaken.",
            BETWEEN,
            column="year",
            min_value=1990,
            max_value=2100,
        ),
        quarantine(
            ROWS,
            "value-in-range",
            "A value, where there is one, is finite and at least 0.",
            BETWEEN,
            column="value",
            min_value=0,
            max_value=1e9,
        ),
        quarantine(
            ROWS,
            "taken-once",
            "Nobody takes one item twice at one moment.",
            NULL,
            max_share=0.01,
            column="taken_before",
        ),
        quarantine(
            ROWS,
            "item-known",
            "Every item is in the table of items, where there is one.",
            NULL,
            max_share=0.01,
            column="unknown_item",
        ),
        quarantine(
            ROWS,
            "user-known",
            "Every user is in the table of users, where there is one.",
            NULL,
            max_share=0.01,
            column="unknown_user",
        ),
        stop(ROWS, "interactions-unique", "No two have one number.", UNIQUE, column="interaction"),
    ]


def _of_the_log() -> list[Expectation]:
    return [
        stop(
            ROWS,
            "rows-enough",
            "There are 200 to a billion interactions.",
            "ExpectTableRowCountToBeBetween",
            min_value=200,
            max_value=1_000_000_000,
        ),
        stop(ROWS, "users-enough", "At least 20 users.", DISTINCT, column="user", min_value=20),
        stop(ROWS, "items-enough", "At least 20 items.", DISTINCT, column="item", min_value=20),
        stop(
            ROWS,
            "time-goes-by",
            "The log spans at least a day, so that a later part can be judged.",
            LARGEST,
            column="days",
            min_value=1,
        ),
        stop(
            ROWS,
            "nobody-alone",
            "No user makes up more than a fifth of the log.",
            LARGEST,
            column="share_of_user",
            max_value=0.2,
        ),
        stop(
            ROWS,
            "histories-long-enough",
            "Users have 2 interactions or more in the mean: some to learn from, some to judge.",
            "ExpectColumnMeanToBeBetween",
            column="of_user",
            min_value=2,
        ),
    ]


def _of_tables() -> list[Expectation]:
    return [
        stop(ITEMS, "items-named", "Every item of the table has an id.", PRESENT, column="item"),
        stop(ITEMS, "items-unique", "No two items have one id.", UNIQUE, column="item"),
        stop(USERS, "users-unique", "No two users have one id.", UNIQUE, column="user"),
    ]


def inspect(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """All three tables, empty where a source has none, with what expectations ask about.

    The interactions get year, days (since the first), of_user (interactions of that user),
    share_of_user, and taken_before, unknown_item, unknown_user (true, or null).
    """
    rows = dataset.tables[ROWS]
    of_user = rows.groupby("user", dropna=False)["interaction"].transform("size")
    helpers = {
        "value": rows.get("value", np.nan),
        "year": rows["time"].dt.year.astype("float64"),
        "days": (rows["time"] - rows["time"].min()) / pd.Timedelta(days=1),
        "of_user": of_user,
        "share_of_user": of_user / max(len(rows), 1),
        "taken_before": _or_null(rows.duplicated(["user", "item", "time"])),
        "unknown_item": _unknown(dataset, "item", ITEMS),
        "unknown_user": _unknown(dataset, "user", USERS),
    }
    shown = {**tables_of(dataset), ROWS: rows.assign(**helpers)}
    for table in (ITEMS, USERS):
        names = [column.name for column in SCHEMA.tables[table]]
        shown.setdefault(table, pd.DataFrame(columns=names, dtype="object"))
    return shown


def _unknown(dataset: Dataset, name: str, table: str) -> pd.Series:
    """True where the id is in no row of `table`, else null."""
    ids = dataset.tables[ROWS][name]
    if table not in dataset.tables:
        return _or_null(pd.Series(False, index=ids.index))
    return _or_null(~ids.isin(dataset.tables[table][name]) & ids.notna())


def _or_null(broken: pd.Series) -> pd.Series:
    return broken.astype("boolean").where(broken)
