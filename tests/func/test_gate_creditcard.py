"""Faults of the card payments of 2013, against the suite of `creditcard`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.dataset import Dataset
from penstock.gates.judge import Judgement, judge
from penstock.projects.creditcard.schema import SCHEMA
from penstock.projects.creditcard.suite import COMPONENTS, inspect, suite
from tests.judgements import broken

ROWS = 4000


@pytest.fixture
def rows() -> pd.DataFrame:
    random = np.random.default_rng(7)
    components = {name: random.normal(size=ROWS) for name in COMPONENTS}
    return pd.DataFrame(
        {
            "row_id": np.arange(ROWS),
            "Time": np.sort(random.integers(0, 172_800, ROWS)).astype("float64"),
            **components,
            "Amount": np.round(random.gamma(1.0, 80.0, ROWS), 2),
            "Class": (np.arange(ROWS) % 500 == 3).astype("int8"),
        }
    )


def gate(rows: pd.DataFrame) -> Judgement:
    return judge(Dataset({"transactions": rows}), SCHEMA, suite(), inspect)


def test_good_payments_pass_whole(rows: pd.DataFrame) -> None:
    judgement = gate(rows)
    assert broken(judgement) == {}
    assert judgement.valid is not None
    pd.testing.assert_frame_equal(judgement.valid.tables["transactions"], rows)


def test_a_component_that_is_no_number_is_named(rows: pd.DataFrame) -> None:
    rows.loc[7, "V3"] = np.nan
    rows.loc[9, ["V28", "V5"]] = -np.inf
    judgement = gate(rows)
    assert broken(judgement) == {"components-finite": ("quarantined", [7, 9])}
    (finding,) = judgement.of("quarantined")
    assert [one["values"]["not_finite"] for one in finding.examples] == ["V3", "V5"]


def test_a_component_far_away_is_quarantined(rows: pd.DataFrame) -> None:
    rows.loc[7, "V3"] = -1000.0
    assert broken(gate(rows)) == {"components-plausible": ("quarantined", [7])}


def test_amounts_and_times_out_of_range_are_quarantined(rows: pd.DataFrame) -> None:
    rows.loc[[1, 2], "Amount"] = [-0.01, np.inf]
    rows.loc[ROWS - 1, "Time"] = 1e9
    found = broken(gate(rows))
    assert found["amount-in-range"] == ("quarantined", [1, 2])
    assert found["time-in-range"] == ("quarantined", [ROWS - 1])


def test_time_out_of_order_is_quarantined_or_stops(rows: pd.DataFrame) -> None:
    rows.loc[2000, "Time"] = 0.0
    assert broken(gate(rows)) == {"time-in-order": ("quarantined", [2000])}
    assert broken(gate(rows.iloc[::-1]))["time-in-order"][0] == "stopped"


def test_duplicate_row_ids_stop(rows: pd.DataFrame) -> None:
    rows.loc[7, "row_id"] = 3
    assert broken(gate(rows)) == {"row-ids-unique": ("stopped", [3, 7])}


def test_some_repeats_are_in_the_published_file_many_are_a_mistake(rows: pd.DataFrame) -> None:
    values = rows.columns[1:]
    rows.loc[101:120, values] = rows.loc[[100] * 20, values].to_numpy()
    rows["Class"] = rows["Class"].astype("int8")
    assert "few-repeats" not in broken(gate(rows))
    twice = pd.concat([rows, rows]).sort_values("Time", kind="stable")
    found = broken(gate(twice.assign(row_id=np.arange(2 * ROWS))))
    assert found == {"few-repeats": ("stopped", [])}


@pytest.mark.parametrize("share", [0.0, 0.05])
def test_a_label_rate_that_is_off_stops(rows: pd.DataFrame, share: float) -> None:
    rows["Class"] = (np.arange(ROWS) < share * ROWS).astype("int8")
    assert broken(gate(rows)) == {"label-rate": ("stopped", [])}


def test_an_empty_table_stops_without_a_traceback(rows: pd.DataFrame) -> None:
    assert broken(gate(rows.iloc[:0]))["rows-enough"] == ("stopped", [])


def test_a_missing_component_stops(rows: pd.DataFrame) -> None:
    judgement = gate(rows.drop(columns="V17"))
    assert [finding.expectation.name for finding in judgement.of("stopped")] == ["columns-present"]
    assert judgement.findings[0].examples[0]["values"]["column"] == "V17"
