"""What rows before a row tell, against its definition; and what they must not tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.features.clock import DAY
from penstock.features.featureset import FeatureSet
from tests.unit.features.given import DELAY, OF_PAST, OF_WINDOWS, ROWS, Row, frame

ENTITIES = ("card", "shop")
NONE = float(DELAY + 28)
BOTH = FeatureSet((*OF_WINDOWS.kernels, *OF_PAST.kernels), DELAY)


def by_definition(table: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = table.assign(
        time=table["time"].to_numpy().astype(np.int64),
        label=table["label"].astype("Float64").to_numpy(np.float64, na_value=np.nan),
    ).to_dict("records")
    for place, row in enumerate(rows):
        earlier = [one for one in rows[:place] if one["card"] == row["card"]]
        cents = [round(one["amount"] * 100) for one in earlier] or [round(row["amount"] * 100)]
        row.update(earlier=len(earlier), night=row["time"] % DAY // (DAY // 24) <= 6)
        row["median"] = float(np.median(cents)) / 100
        row["tenth"] = tenth(cents)
        row["ratio"] = round(row["amount"] * 100) / max(row["median"] * 100, 1)
    for place, row in enumerate(rows):
        own, there = ([one for one in rows[: place + 1] if one[e] == row[e]] for e in ENTITIES)
        row.update(of_card(own, row) | of_shop(there, row))
    return pd.DataFrame(rows)[list(OF_PAST.names)].astype(OF_PAST.dtypes)


def tenth(cents: list[int]) -> float:
    """Linear between neighbours, in integers but for the last step."""
    ordered, beyond = sorted(cents), (len(cents) - 1) * 10
    low, rest = ordered[beyond // 100], beyond % 100
    high = ordered[min(beyond // 100 + 1, len(ordered) - 1)]
    return (low * (100 - rest) + high * rest) / 10_000


def of_card(past: list[dict[str, Any]], row: dict[str, Any]) -> dict[str, float]:
    def within(days: int) -> list[float]:
        return [one["ratio"] for one in past if one["time"] > row["time"] - days * DAY]

    return {"big": sum(ratio > 1.5 for ratio in within(3)), "largest": max(within(14))}


def of_shop(past: list[dict[str, Any]], row: dict[str, Any]) -> dict[str, float]:
    end = row["time"] - DELAY * DAY
    inside = [one for one in past if end - 28 * DAY < one["time"] <= end]

    def age(found: list[dict[str, Any]], which: int) -> float:
        return (row["time"] - found[which]["time"]) / DAY if found else NONE

    frauds = [one for one in inside if one["label"] == 1]
    genuine = [one for one in inside if one["label"] == 0]
    odd = [one for one in frauds if one["amount"] <= 60_000 and one["ratio"] <= 1.5]
    last = genuine[-1]["id"] if genuine else -1
    streak = [one for one in frauds if one["id"] > last]
    return {
        "frauds": len(frauds),
        "odd": len(odd),
        "streak": len(streak),
        "since_streak": age(streak, 0),
        "since_genuine": age(genuine, -1),
        "since_fraud": age(frauds, -1),
        "since_odd": age(odd, 0),
    }


@given(ROWS)
@settings(deadline=None)
def test_the_past_is_what_its_definition_says(rows: list[Row]) -> None:
    table = frame(rows)
    made, expected = OF_PAST.batch(table), by_definition(table)
    rounded_twice = ["median", "ratio", "largest"]
    pd.testing.assert_frame_equal(made[rounded_twice], expected[rounded_twice], rtol=1e-15)
    made, expected = made.drop(columns=rounded_twice), expected.drop(columns=rounded_twice)
    pd.testing.assert_frame_equal(made, expected, check_exact=True)


@given(ROWS, ROWS, st.data())
@settings(deadline=None)
def test_no_row_sees_the_rows_after_it(rows: list[Row], others: list[Row], data: Any) -> None:
    table, other = frame(rows), frame(others)
    seen = data.draw(st.integers(1, len(table)))
    other["time"] += table["time"].iloc[seen - 1] - other["time"].iloc[0]
    changed = pd.concat([table.iloc[:seen], other], ignore_index=True)
    before, after = BOTH.batch(table).iloc[:seen], BOTH.batch(changed).iloc[:seen]
    pd.testing.assert_frame_equal(before, after, check_exact=True)


@given(ROWS, st.data())
@settings(deadline=None)
def test_no_row_sees_a_label_that_is_not_known_yet(rows: list[Row], data: Any) -> None:
    table = frame(rows)
    now = table["time"].iloc[-1]
    young = table["time"] > now - pd.Timedelta(days=DELAY)
    labels = data.draw(st.lists(st.sampled_from([0, 1, None]), min_size=len(table)))
    drawn = pd.Series(pd.array(labels[: len(table)], dtype="Int8"))
    changed = table.assign(label=table["label"].mask(young, drawn))
    pd.testing.assert_frame_equal(BOTH.batch(changed), BOTH.batch(table), check_exact=True)
