"""The gate's page."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.pages.gate import gate_page, in_words, lead_of, percent, shown_values


def expectation(**changes: Any) -> dict[str, Any]:
    one = {
        "name": "amount-present",
        "says": "Every payment has an amount.",
        "table": "payments",
        "kind": "ExpectColumnValuesToNotBeNull",
        "arguments": {"column": "amount"},
        "action": "quarantine",
        "max_share": 0.01,
        "status": "passed",
        "rows": 1000,
        "failing": 0,
        "share": 0.0,
        "observed": None,
        "examples": [],
        "reason": "",
    }
    return one | changes


def record(verdict: str, *expectations: dict[str, Any]) -> dict[str, Any]:
    statuses = [one["status"] for one in expectations]
    known = ("passed", "quarantined", "stopped", "not checked")
    taken = sum(one["failing"] for one in expectations if one["status"] == "quarantined")
    valid = None if verdict == "stopped" else 1000 - taken
    return {
        "project": "toy",
        "verdict": verdict,
        "counts": {status.replace(" ", "_"): statuses.count(status) for status in known},
        "rows": {"payments": {"raw": 1000, "quarantined": taken, "valid": valid}},
        "expectations": list(expectations),
        "raw": {"payments.parquet": "ab" * 32},
        "evidence": ".penstock/gate/toy/0123" if set(statuses) != {"passed"} else None,
    }


BROKEN = expectation(
    status="quarantined",
    failing=2,
    share=0.002,
    examples=[{"row": 7, "values": {"id": 7, "amount": "<nan>"}}],
)
STOPPED = BROKEN | {"status": "stopped", "name": "other", "failing": 20, "share": 0.02}


def test_a_page_of_good_data_says_so_and_holds_the_hashes() -> None:
    page = gate_page(record("passed", expectation()))
    assert "All 1 expectations are met. Every row is valid." in page
    assert "ab" * 32 in page
    assert "What was found" not in page


def test_a_page_names_what_was_quarantined_and_shows_rows() -> None:
    page = gate_page(record("passed", expectation(), BROKEN))
    assert "less 2 of 1,000 rows of payments, put in quarantine" in page
    assert "&lt;nan&gt;" in page
    assert "<nan>" not in page
    assert "2 of 1,000 rows (0.2 %)" in page


def test_a_page_of_a_stop_says_what_to_type_and_shows_what_stopped_first() -> None:
    page = gate_page(record("stopped", BROKEN, STOPPED))
    assert "The gate stopped" in page
    assert "penstock refresh toy" in page
    assert page.index("other · payments") < page.index("amount-present · payments")


def test_a_page_asks_nothing_of_any_network() -> None:
    page = gate_page(record("stopped", BROKEN, STOPPED))
    assert not [word for word in ("http:", "https:", "//", "<script", "<link") if word in page]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (expectation(), "no row breaks it"),
        (BROKEN, "2 of 1,000 rows (0.2 %)"),
        (STOPPED, "20 of 1,000 rows (2 %); quarantine takes at most 1 %"),
        (expectation(kind="ExpectColumnMeanToBeBetween", observed=0.25), "the mean amount is 0.25"),
        (expectation(kind="ExpectTableRowCountToBeBetween", observed=12345), "12,345 rows"),
        (expectation(kind="ExpectColumnStdevToBeBetween", observed="nan"), "found nan"),
        (expectation(status="stopped"), "there is nothing to measure"),
        (expectation(status="not checked", reason="no table"), "not checked: no table"),
    ],
)
def test_a_finding_in_words(one: dict[str, Any], words: str) -> None:
    assert in_words(one) == words


def test_a_suite_that_could_not_be_checked_is_not_called_unmet() -> None:
    skipped = expectation(status="not checked", reason="no table")
    assert lead_of(record("stopped", skipped)).startswith("1 of 1 expectations could not be")


def test_figures_are_short() -> None:
    assert [percent(share) for share in (0.001, 1 / 3, 1.0)] == ["0.1 %", "33.3 %", "100 %"]
    values = {"a": 3.0, "b": None, "c": 0.25, "d": "inf"}
    assert list(shown_values({"values": values}).values()) == ["3", "missing", "0.25", "inf"]
