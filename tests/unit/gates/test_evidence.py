"""What is kept of a gate that found something, and the record of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from penstock.gates.evidence import evidence_folder, keep
from penstock.gates.judge import judge
from penstock.gates.record import counts_of, record_of
from tests.unit.gates.given import SCHEMA, amounts_present, dataset, inspect, payments, suite

FILES = {"payments.parquet": "ab" * 32}


def test_the_folder_depends_on_the_data_and_the_suite_alone() -> None:
    home = evidence_folder("toy", FILES, suite())
    assert home == evidence_folder("toy", dict(FILES), suite())
    assert home.parts[:3] == (".penstock", "gate", "toy")
    assert home != evidence_folder("toy", {"payments.parquet": "cd" * 32}, suite())
    assert home != evidence_folder("toy", FILES, [amounts_present(0.5)])


def test_broken_rows_are_kept_with_their_numbers_and_what_they_break(tmp_path: Path) -> None:
    table = payments()
    table.loc[3, "amount"] = np.inf
    table.loc[[3, 8], "id"] = 5
    judgement = judge(dataset(table), SCHEMA, suite(), inspect)
    record = record_of("toy", judgement, FILES, "home")
    keep(tmp_path / "home", record, "<html>", judgement)
    kept = pd.read_parquet(tmp_path / "home" / "rows-payments.parquet")
    assert kept["gate_row"].tolist() == [3, 5, 8]
    assert kept["gate_failed"].tolist() == [
        "amount-in-range, ids-unique",
        "ids-unique",
        "ids-unique",
    ]
    assert kept["id"].tolist() == [5, 5, 5]
    assert json.loads((tmp_path / "home" / "gate.json").read_text()) == record
    assert (tmp_path / "home" / "gate.html").read_text() == "<html>"


def test_the_record_counts_rows_and_expectations() -> None:
    table = payments()
    table.loc[[3, 9], "amount"] = [np.inf, np.nan]
    judgement = judge(dataset(table), SCHEMA, suite(), inspect)
    record = record_of("toy", judgement, FILES, "home")
    assert counts_of(record) == {
        "verdict": "passed",
        "counts": {"passed": 6, "quarantined": 2, "stopped": 0, "not_checked": 0},
        "rows": {"payments": {"raw": 1000, "quarantined": 2, "valid": 998}},
    }
    assert record["raw"] == FILES
    assert record["evidence"] == "home"
    by_name = {one["name"]: one for one in record["expectations"]}
    assert by_name["amount-in-range"]["failing"] == 1
    assert by_name["amount-in-range"]["share"] == 0.001
    assert by_name["amount-in-range"]["max_share"] == 0.01
    assert by_name["label-rate"]["observed"] == 0.1


def test_where_all_is_well_there_is_no_evidence() -> None:
    record = record_of("toy", judge(dataset(), SCHEMA, suite(), inspect), FILES, "home")
    assert record["evidence"] is None
