"""The verdict, and what is valid."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Column, Schema
from penstock.core.dataset import Dataset
from penstock.gates.expect import quarantine, stop
from penstock.gates.inspection import tables_of
from penstock.gates.judge import judge
from tests.unit.gates.given import SCHEMA, dataset, inspect, payments, suite


def test_good_data_are_valid_whole() -> None:
    judgement = judge(dataset(), SCHEMA, suite(), inspect)
    assert judgement.verdict == "passed"
    assert judgement.valid is not None
    pd.testing.assert_frame_equal(judgement.valid.tables["payments"], payments())


def test_valid_is_raw_less_the_rows_that_any_expectation_quarantines() -> None:
    table = payments()
    table.loc[[3, 7], "amount"] = np.nan
    table.loc[[7, 9], "amount"] = [np.nan, np.inf]
    judgement = judge(dataset(table), SCHEMA, suite(), inspect)
    assert judgement.valid is not None
    ids = judgement.valid.tables["payments"]["id"]
    assert sorted(set(range(1000)) - set(ids)) == [3, 7, 9]
    assert ids.is_monotonic_increasing


def test_a_stop_leaves_nothing_valid() -> None:
    judgement = judge(dataset(payments().assign(id=1)), SCHEMA, suite(), inspect)
    assert (judgement.verdict, judgement.valid) == ("stopped", None)
    assert [finding.expectation.name for finding in judgement.of("stopped")] == ["ids-unique"]


def test_a_wrong_schema_stops_before_anybody_looks_at_a_column_that_is_not_there() -> None:
    def never(dataset: Dataset) -> dict[str, pd.DataFrame]:
        raise AssertionError("inspect was called")

    judgement = judge(dataset(payments().drop(columns="amount")), SCHEMA, suite(), never)
    assert [finding.expectation.name for finding in judgement.of("stopped")] == ["columns-present"]
    assert [f.expectation.name for f in judgement.of("not checked")] == [s.name for s in suite()]


def test_what_could_not_be_checked_stops() -> None:
    odd = stop("payments", "x", "…", "ExpectColumnValuesToBeUnique", column="nowhere")
    assert judge(dataset(), SCHEMA, [odd], inspect).verdict == "stopped"


def test_audit_tables_are_not_shown_and_pass_as_they_are() -> None:
    schema = Schema({**SCHEMA.tables, "plans": (Column("x", "int64"),)}, frozenset({"plans"}))
    plans = pd.DataFrame({"x": [1]})
    both = Dataset({"payments": payments(), "plans": plans}, notes={"a": 1})
    seen = []

    def look(part: Dataset) -> dict[str, pd.DataFrame]:
        seen.extend(part.tables)
        return tables_of(part)

    judgement = judge(both, schema, suite(), look)
    assert seen == ["payments"]
    assert judgement.valid is not None
    assert list(judgement.valid.tables) == ["payments", "plans"]
    assert judgement.valid.tables["plans"] is plans
    assert judgement.valid.notes == {"a": 1}
    assert list(judgement.raw.tables) == ["payments"]


def test_a_column_that_lost_its_nulls_has_its_plain_type_again() -> None:
    table = payments().astype({"id": "Int64"})
    table.loc[4, "id"] = pd.NA
    present = quarantine(
        "payments", "id-present", "…", "ExpectColumnValuesToNotBeNull", max_share=0.1, column="id"
    )
    judgement = judge(dataset(table), SCHEMA, [present], inspect)
    assert judgement.valid is not None
    assert judgement.valid.tables["payments"].dtypes.astype(str).tolist() == [
        "int64",
        "float64",
        "Int8",
    ]


@pytest.mark.parametrize(("dark", "verdict"), [(1, "passed"), (60, "stopped")])
def test_images_pass_the_same_gate(dark: int, verdict: str) -> None:
    images = np.ones((100, 8, 8), np.float32)
    images[:dark, 0, 0] = np.nan
    finite = quarantine(
        "image",
        "pixels-finite",
        "Every pixel is a number.",
        "ExpectColumnValuesToBeBetween",
        max_share=0.5,
        column="not_finite",
        max_value=0,
    )
    raw = Dataset(tensors={"image": images, "label": np.arange(100)})
    judgement = judge(raw, Schema({}), [finite], tables_of)
    assert judgement.verdict == verdict
    if judgement.valid is not None:
        assert judgement.valid.rows() == {"image": 99, "label": 99}
        assert judgement.valid.tensors["label"][0] == 1


def test_an_environment_passes_the_same_gate() -> None:
    chance = stop(
        "arms",
        "chances",
        "A chance lies between 0 and 1.",
        "ExpectColumnValuesToBeBetween",
        column="p",
        min_value=0,
        max_value=1,
    )
    good = Dataset(environment={"arms": [{"p": 0.2}, {"p": 0.8}]})
    bad = Dataset(environment={"arms": [{"p": 0.2}, {"p": 1.8}]})
    assert judge(good, Schema({}), [chance], tables_of).valid == good
    assert judge(bad, Schema({}), [chance], tables_of).verdict == "stopped"
