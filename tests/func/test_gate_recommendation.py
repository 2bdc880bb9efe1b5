"""Faults of a log of interactions, against the suite of `recommendation`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.dataset import Dataset
from penstock.gates.judge import Judgement, judge
from penstock.projects.recommendation.schema import SCHEMA
from penstock.projects.recommendation.suite import inspect, suite
from tests.judgements import broken
from tests.shop import raw


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    return dict(raw().tables)


def gate(tables: dict[str, pd.DataFrame]) -> Judgement:
    return judge(Dataset(tables), SCHEMA, suite(), inspect)


def test_a_good_log_passes_whole(tables: dict[str, pd.DataFrame]) -> None:
    judgement = gate(tables)
    assert broken(judgement) == {}
    assert judgement.verdict == "passed"


def test_a_bare_log_of_clicks_passes_too(tables: dict[str, pd.DataFrame]) -> None:
    judgement = gate({"interactions": tables["interactions"].drop(columns="value")})
    assert broken(judgement) == {}
    assert judgement.valid is not None and set(judgement.valid.tables) == {"interactions"}


def test_an_item_that_the_catalogue_lacks_is_quarantined(tables: dict[str, pd.DataFrame]) -> None:
    tables["interactions"].loc[[5, 9], "item"] = ["99999", "no such"]
    judgement = gate(tables)
    assert broken(judgement) == {"item-known": ("quarantined", [5, 9])}
    assert judgement.valid is not None
    assert len(judgement.valid.tables["interactions"]) == len(tables["interactions"]) - 2


def test_half_a_catalogue_stops(tables: dict[str, pd.DataFrame]) -> None:
    tables["items"] = tables["items"].iloc[::2].reset_index(drop=True)
    assert broken(gate(tables))["item-known"][0] == "stopped"


def test_a_user_nobody_knows_is_quarantined(tables: dict[str, pd.DataFrame]) -> None:
    tables["interactions"].loc[7, "user"] = "0"
    assert broken(gate(tables)) == {"user-known": ("quarantined", [7])}


def test_the_same_row_twice_is_quarantined_once(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["interactions"]
    rows.loc[11, ["user", "item", "time"]] = rows.loc[3, ["user", "item", "time"]].to_numpy()
    rows["time"] = pd.to_datetime(rows["time"]).astype("datetime64[us]")
    assert broken(gate(tables)) == {"taken-once": ("quarantined", [11])}


def test_milliseconds_read_as_seconds_stop(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["interactions"]
    late = rows["time"].to_numpy().astype("int64") // 1_000_000 * 100
    rows["time"] = (late * 1_000_000).astype("datetime64[us]")
    assert broken(gate(tables))["time-in-range"][0] == "stopped"


def test_a_log_of_one_moment_stops(tables: dict[str, pd.DataFrame]) -> None:
    tables["interactions"]["time"] = np.datetime64("2024-01-01", "us")
    assert broken(gate(tables))["time-goes-by"] == ("stopped", [])


@pytest.mark.parametrize("value", [-1.0, np.inf])
def test_a_value_out_of_range_is_quarantined(tables: dict[str, pd.DataFrame], value: float) -> None:
    tables["interactions"] = pd.concat([tables["interactions"]] * 2, ignore_index=True)
    rows = tables["interactions"]
    rows["interaction"] = np.arange(len(rows))
    rows["time"] += pd.to_timedelta(np.arange(len(rows)), unit="s")
    rows.loc[4, "value"] = value
    assert broken(gate(tables)) == {"value-in-range": ("quarantined", [4])}


@pytest.mark.parametrize(
    ("column", "expectation"),
    [("user", "user-present"), ("item", "item-present"), ("time", "time-present")],
)
def test_a_row_that_lacks_what_it_must_have_is_quarantined(
    tables: dict[str, pd.DataFrame], column: str, expectation: str
) -> None:
    tables["interactions"] = pd.concat([tables["interactions"]] * 2, ignore_index=True)
    rows = tables["interactions"]
    rows["interaction"] = np.arange(len(rows))
    rows["time"] += pd.to_timedelta(np.arange(len(rows)), unit="s")
    rows.loc[6, column] = None
    assert broken(gate(tables)) == {expectation: ("quarantined", [6])}


def test_one_user_who_is_most_of_the_log_stops(tables: dict[str, pd.DataFrame]) -> None:
    tables["interactions"].loc[:300, "user"] = "1"
    assert broken(gate(tables))["nobody-alone"] == ("stopped", [])


def test_a_handful_of_rows_stops_without_a_traceback(tables: dict[str, pd.DataFrame]) -> None:
    tables["interactions"] = tables["interactions"].iloc[:0]
    found = broken(gate(tables))
    assert found["rows-enough"] == ("stopped", [])
    assert found["users-enough"] == ("stopped", [])


def test_two_items_of_one_id_stop(tables: dict[str, pd.DataFrame]) -> None:
    tables["items"].loc[3, "item"] = tables["items"].loc[4, "item"]
    assert broken(gate(tables))["items-unique"] == ("stopped", [3, 4])


def test_a_log_without_times_is_told_by_name(tables: dict[str, pd.DataFrame]) -> None:
    tables["interactions"] = tables["interactions"].drop(columns="time")
    judgement = gate(tables)
    assert [finding.expectation.name for finding in judgement.of("stopped")] == ["columns-present"]
    assert judgement.findings[0].examples[0]["values"]["column"] == "time"
