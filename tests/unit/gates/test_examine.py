"""Tables held against expectations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from penstock.gates.examine import examine
from penstock.gates.expect import stop
from tests.unit.gates.given import amounts_present, payments, suite


def found(table: pd.DataFrame) -> dict[str, str]:
    return {f.expectation.name: f.status for f in examine(suite(), {"payments": table})}


def test_good_rows_pass() -> None:
    assert set(found(payments()).values()) == {"passed"}


def test_nan_and_infinity_are_found_row_by_row() -> None:
    table = payments()
    table.loc[[3, 7], "amount"] = np.nan
    table.loc[5, "amount"] = np.inf
    table.loc[6, "amount"] = -np.inf
    present, in_range, *_ = examine(suite(), {"payments": table}, show=["id"])
    assert (present.status, present.rows.tolist()) == ("quarantined", [3, 7])
    assert (in_range.status, in_range.rows.tolist()) == ("quarantined", [5, 6])
    assert in_range.examples[0] == {"row": 5, "values": {"id": 5, "amount": "inf"}}
    assert in_range.share == 0.002


def test_rows_are_numbered_from_0_whatever_the_index() -> None:
    table = payments()
    table.loc[3, "amount"] = np.nan
    table.index = pd.Index(range(5000, 6000))
    assert examine(suite(), {"payments": table})[0].rows.tolist() == [3]


def test_more_than_the_share_stops() -> None:
    table = payments()
    table.loc[:9, "amount"] = np.nan
    assert found(table)["amount-present"] == "quarantined"
    table.loc[10, "amount"] = np.nan
    assert found(table)["amount-present"] == "stopped"


def test_duplicate_ids_stop() -> None:
    table = payments()
    table.loc[9, "id"] = 4
    unique = examine(suite(), {"payments": table})[2]
    assert (unique.status, unique.rows.tolist()) == ("stopped", [4, 9])


def test_an_empty_table_is_stopped_by_its_volume() -> None:
    status = found(payments(0))
    assert status["rows-enough"] == "stopped"
    assert status["amount-present"] == "passed"


def test_a_rate_of_labels_none_of_which_is_known_stops() -> None:
    table = payments()
    table["label"] = pd.array([None] * len(table), "Int8")
    rate = examine(suite(), {"payments": table})[3]
    assert (rate.status, rate.observed) == ("stopped", None)


def test_at_most_five_examples_are_kept_and_all_rows() -> None:
    table = payments()
    table["amount"] = np.nan
    present = examine([amounts_present()], {"payments": table})[0]
    assert len(present.examples) == 5
    assert present.rows.tolist() == list(range(1000))


@pytest.mark.parametrize(
    ("expectation", "reason"),
    [
        (
            stop("payment", "x", "…", "ExpectColumnValuesToBeUnique", column="id"),
            "no table 'payment'; did you mean 'payments'?",
        ),
        (
            stop("payments", "x", "…", "ExpectColumnValuesToBeUnique", column="amounts"),
            "no column 'amounts' in payments; did you mean 'amount'?",
        ),
    ],
)
def test_what_can_not_be_checked_says_why_and_spoils_nothing(
    expectation: object, reason: str
) -> None:
    odd, present = examine([expectation, amounts_present()], {"payments": payments()})  # type: ignore[list-item]
    assert (odd.status, odd.reason) == ("not checked", reason)
    assert present.status == "passed"


def test_a_check_that_raises_says_so_and_spoils_nothing() -> None:
    table = payments().assign(amount="12.50")
    status = {f.expectation.name: f for f in examine(suite(), {"payments": table})}
    assert status["amount-in-range"].status == "not checked"
    assert "same type" in status["amount-in-range"].reason
    assert status["ids-unique"].status == "passed"


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examine(suite(), {"payments": payments()})
    assert list(tmp_path.iterdir()) == []
