"""Faults that happen to payments, against the suite of `fraud`."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from penstock.core.dataset import Dataset
from penstock.gates.judge import Judgement, judge
from penstock.projects.fraud.schema import SCHEMA
from penstock.projects.fraud.simulator.run import simulate
from penstock.projects.fraud.simulator.settings import SimulatorSettings
from penstock.projects.fraud.suite import inspect, suite
from tests.judgements import broken

DAY = pd.Timedelta(days=1)


@cache
def _town() -> pd.DataFrame:
    rows = simulate(SimulatorSettings(customers=200, terminals=400, days=10, radius=20.0))
    return rows.drop(columns="scenario").astype({"label": "Int8"})


@pytest.fixture
def rows() -> pd.DataFrame:
    return _town().copy()


def gate(rows: pd.DataFrame) -> Judgement:
    return judge(Dataset({"transactions": rows}), SCHEMA, suite(), inspect)


def test_a_small_town_passes_whole(rows: pd.DataFrame) -> None:
    judgement = gate(rows)
    assert broken(judgement) == {}
    assert judgement.valid is not None
    pd.testing.assert_frame_equal(judgement.valid.tables["transactions"], rows)


def test_nan_and_infinite_amounts_are_quarantined(rows: pd.DataFrame) -> None:
    rows.loc[[5, 9], "amount"] = [np.nan, np.inf]
    judgement = gate(rows)
    assert broken(judgement) == {
        "amount-present": ("quarantined", [5]),
        "amount-in-range": ("quarantined", [9]),
    }
    assert judgement.valid is not None
    assert not {5, 9} & set(judgement.valid.tables["transactions"]["transaction_id"])


def test_a_batch_sent_twice_loses_its_copies_and_keeps_the_first(rows: pd.DataFrame) -> None:
    twice = pd.concat([rows.iloc[:100], rows.iloc[98:]], ignore_index=True)
    judgement = gate(twice)
    assert broken(judgement)["no-copies"] == ("quarantined", [100, 101])
    assert "ids-unique" not in broken(judgement)
    assert judgement.valid is not None
    pd.testing.assert_frame_equal(judgement.valid.tables["transactions"], rows)


def test_one_id_for_two_payments_stops(rows: pd.DataFrame) -> None:
    rows.loc[7, "transaction_id"] = 3
    assert broken(gate(rows)) == {"ids-unique": ("stopped", [3, 7])}


def test_late_rows_are_quarantined_so_that_time_is_in_order(rows: pd.DataFrame) -> None:
    late = rows["time"].iloc[200]
    rows.loc[[500, 501], "time"] = [late, late]
    judgement = gate(rows)
    assert broken(judgement) == {"time-in-order": ("quarantined", [500, 501])}
    assert judgement.valid is not None
    assert judgement.valid.tables["transactions"]["time"].is_monotonic_increasing


def test_a_file_in_no_order_stops(rows: pd.DataFrame) -> None:
    assert broken(gate(rows.iloc[::-1]))["time-in-order"][0] == "stopped"


@pytest.mark.parametrize(("column", "name"), [("customer", "customer"), ("terminal", "terminal")])
def test_stand_in_ids_are_found(rows: pd.DataFrame, column: str, name: str) -> None:
    rows.loc[4, column] = -1
    assert broken(gate(rows)) == {f"{name}-in-range": ("quarantined", [4])}
    rows[column] = 99_999
    assert broken(gate(rows)) == {f"no-single-{name}": ("stopped", [])}


def test_missing_ids_and_times_are_quarantined(rows: pd.DataFrame) -> None:
    rows["customer"] = rows["customer"].astype("Int64")
    rows.loc[4, "customer"] = pd.NA
    rows.loc[6, "time"] = pd.NaT
    judgement = gate(rows)
    assert broken(judgement) == {
        "customer-present": ("quarantined", [4]),
        "time-present": ("quarantined", [6]),
    }
    assert judgement.valid is not None
    assert str(judgement.valid.tables["transactions"]["customer"].dtype) == "int64"


def test_labels_may_be_unknown_but_nothing_else_than_0_and_1(rows: pd.DataFrame) -> None:
    rows.loc[rows["time"] > rows["time"].iloc[-1] - 7 * DAY, "label"] = pd.NA
    assert broken(gate(rows)) == {}
    rows.loc[3, "label"] = 2
    assert broken(gate(rows)) == {"label-in-set": ("stopped", [3])}


@pytest.mark.parametrize("label", [0, 1, pd.NA])
def test_labels_that_are_all_alike_or_all_unknown_stop(rows: pd.DataFrame, label: object) -> None:
    rows["label"] = pd.array([label] * len(rows), "Int8")
    assert broken(gate(rows)) == {"label-rate": ("stopped", [])}


def test_times_in_a_wrong_unit_stop(rows: pd.DataFrame) -> None:
    rows["time"] = pd.Series(rows["time"].astype("int64") // 1_000_000).astype("datetime64[us]")
    assert broken(gate(rows))["time-in-range"][0] == "stopped"


def test_a_day_loaded_in_part_stops_but_the_last_one_may_be_young(rows: pd.DataFrame) -> None:
    day = (rows["time"] - rows["time"].iloc[0].floor("D")) // DAY
    kept = rows[(day != 4) | (rows.index % 20 == 0)]
    assert broken(gate(kept))["rows-per-day"][0] == "stopped"
    assert broken(gate(rows[(day != 9) | (rows.index % 20 == 0)])) == {}


def test_days_that_are_missing_stop(rows: pd.DataFrame) -> None:
    day = (rows["time"] - rows["time"].iloc[0].floor("D")) // DAY
    assert broken(gate(rows[(day < 3) | (day > 6)])) == {"no-silence": ("stopped", [])}


def test_an_empty_table_stops_without_a_traceback(rows: pd.DataFrame) -> None:
    assert broken(gate(rows.iloc[:0]))["rows-enough"] == ("stopped", [])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda rows: rows.drop(columns="terminal"), "columns-present"),
        (lambda rows: rows.assign(memo="x"), "columns-known"),
        (lambda rows: rows.assign(amount="12.50"), "columns-typed"),
        (lambda rows: rows.astype({"time": "str"}), "columns-typed"),
    ],
)
def test_a_wrong_schema_stops_and_the_rest_is_not_checked(
    rows: pd.DataFrame, change: object, name: str
) -> None:
    judgement = gate(change(rows))  # type: ignore[operator]
    assert [finding.expectation.name for finding in judgement.of("stopped")] == [name]
    assert len(judgement.of("not checked")) == len(suite())


def test_there_are_about_twenty_expectations_each_with_a_sentence() -> None:
    assert 15 <= len(suite()) <= 25
    assert all(one.says.endswith(".") for one in suite())
