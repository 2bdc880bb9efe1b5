"""One screen for a gate that stopped."""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.contracts import Expectation
from penstock.gates.expect import stop
from penstock.gates.judge import judge
from penstock.gates.record import record_of
from penstock.gates.stopped import GateStopped
from tests.unit.gates.given import SCHEMA, dataset, inspect, payments, suite


def message(table: pd.DataFrame, expectations: list[Expectation] | None = None) -> str:
    judgement = judge(dataset(table), SCHEMA, expectations or suite(), inspect)
    return str(GateStopped(record_of("toy", judgement, {}, ".penstock/gate/toy/0123")))


def test_it_says_which_expectation_how_many_rows_and_shows_some() -> None:
    table = payments()
    table.loc[:99, "amount"] = np.nan
    said = message(table)
    assert "1 of 8 expectations is not met" in said
    assert "amount-present (payments): Every payment has an amount." in said
    assert "100 of 1,000 rows (10 %); quarantine takes at most 1 %" in said
    assert "row 2: id=2  amount=nan" in said


def test_it_says_where_the_evidence_lies_and_what_to_type() -> None:
    said = message(payments().assign(id=1))
    assert ".penstock/gate/toy/0123/ (gate.html, gate.json, rows-*.parquet)" in said
    assert "penstock refresh toy && dvc repro" in said
    assert "dvc checkout validate@toy" in said


def test_it_fits_a_screen_whatever_is_wrong() -> None:
    many = [
        stop("payments", f"check-{n}", "long " * 40, "ExpectColumnValuesToBeNull", column="id")
        for n in range(30)
    ]
    odd = stop("payments", "odd", "…", "ExpectColumnValuesToBeNull", column="nowhere")
    said = message(payments(), [*many, odd]).splitlines()
    assert len(said) <= 22  # the stage puts an empty line before, DVC its own after
    assert max(map(len, said)) <= 100
    assert "  and 27 more, see the page" in said


def test_a_wrong_schema_says_what_came_instead() -> None:
    said = message(payments().rename(columns={"amount": "Amount"}))
    assert "table=payments  column=amount  found=missing" in said
    assert "table=payments  column=Amount  found=float64" in said
    assert "not checked: 5; the schema is wrong" in said


def test_an_expectation_that_could_not_be_checked_is_shown_where_nothing_else_stops() -> None:
    odd = stop("payments", "odd", "…", "ExpectColumnValuesToBeNull", column="amounts")
    said = message(payments(), [odd])
    assert "not every expectation could be checked" in said
    assert "no column 'amounts' in payments; did you mean 'amount'?" in said
