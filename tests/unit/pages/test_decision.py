"""The page of a decision, the same as Markdown, and in a line."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.pages.decision import decision_markdown, decision_page, says_of, signed, span

CHAMPION = {"key": "a" * 64, "candidate": "tree", "trained_through": "2018-05-01T23:59:59.000000"}
CHALLENGER = {"key": "b" * 64, "candidate": "<mlp>", "trained_through": "2018-05-05T12:00:00"}
WINDOW = {"from": "2018-05-13", "to": "2018-05-20", "opens": "2018-05-26", "problem": ""}
PRIMARY = {
    "metric": "average_precision", "label": "Average precision", "champion": 0.5,
    "challenger": 0.6, "difference": 0.1, "low": 0.02, "high": 0.18,
}  # fmt: skip
GUARD = {
    "name": "calibration, Brier score", "terms": "fails above 0", "verdict": "held",
    "limit": 0.0, "champion": 0.04, "challenger": 0.03, "low": -0.02, "high": -0.001,
}  # fmt: skip
JUDGED = {
    "unit": "card", "units": 300, "rows": 4000, "positives": 120, "primary": PRIMARY,
    "others": [PRIMARY | {"label": "ROC AUC", "metric": "roc_auc"}],
    "guards": [GUARD, GUARD | {"name": "latency", "verdict": "failed", "low": None, "high": None}],
}  # fmt: skip


def decision(outcome: str, **changes: Any) -> dict[str, Any]:
    settings = {"metric": "average_precision", "margin": 0.0, "floor": 0.5, "bootstrap": 500,
                "candidate": None, "guards": {}}  # fmt: skip
    return {
        "kind": "promotion", "id": "c" * 64, "at": "2018-05-27T03:00:00.000+00:00",
        "project": "fraud", "outcome": outcome, "why": "the interval lies above the margin 0",
        "champion": CHAMPION, "challenger": CHALLENGER, "nominee": CHALLENGER, "features": "d" * 32,
        "seed": 0, "settings": settings, "window": WINDOW, "judged": JUDGED, "dropped": [],
        "waiting": [CHALLENGER | WINDOW],
    } | changes  # fmt: skip


WAITING = decision("waiting", champion=None, judged=None, window=WINDOW | {"problem": "too early"})
KEPT = decision("kept", challenger=None, judged=None, window=None, waiting=[])
FIRST = decision(
    "promoted", champion=None,
    judged=JUDGED | {"primary": PRIMARY | {"champion": None, "difference": 0.6}, "others": [],
                     "guards": []},
)  # fmt: skip
EVERY = [decision("promoted"), decision("refused"), WAITING, KEPT, FIRST]


@pytest.mark.parametrize("one", EVERY, ids=["promoted", "refused", "waiting", "kept", "first"])
def test_a_page_holds_its_numbers_escapes_names_and_asks_nothing_of_any_network(
    one: dict[str, Any],
) -> None:
    page = decision_page(one)
    assert ("<svg" in page) is (one["judged"] is not None)
    assert "<mlp>" not in page
    assert "c" * 64 in page
    assert not [word for word in ("http:", "https:", "//", "<script", "<link") if word in page]


def test_the_page_of_a_comparison_shows_interval_guards_and_what_it_was_judged_on() -> None:
    page = decision_page(decision("refused"))
    for words in ("+0.100", "+0.020 to +0.180", "4,000 rows", "120 positive", "2018-05-13",
                  "margin 0", "calibration, Brier score", ">failed<",
                  "can be judged from"):  # fmt: skip
        assert words in page, words


def test_the_page_of_a_first_champion_speaks_of_the_floor_and_of_no_difference() -> None:
    page = decision_page(FIRST)
    assert "floor 0.5" in page
    assert "Difference" not in page


def test_markdown_has_a_row_a_metric_and_a_line_a_guard() -> None:
    text = decision_markdown(decision("promoted"))
    assert "| Average precision | 0.500 | 0.600 | +0.100 [+0.020 to +0.180] |" in text
    assert "- latency: failed" in text
    assert "can be judged from 2018-05-26 on" in decision_markdown(WAITING)


def test_a_line_names_project_outcome_model_and_reason() -> None:
    assert says_of(decision("promoted")) == (
        "fraud: promoted: <mlp> bbbbbbbbbbbb: the interval lies above the margin 0. "
        "Judged on 4,000 rows of 300 cards, 2018-05-13 to 2018-05-20."
    )
    assert says_of(KEPT) == "fraud: kept: the interval lies above the margin 0."


def test_differences_are_written_with_their_sign() -> None:
    assert [signed(value) for value in (0.0312, -0.0044)] == ["+0.031", "−0.0044"]
    assert span(GUARD | {"low": None}) == "—"
