"""A list for one user as it is printed."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from penstock.cli.recommend_table import TOLD, show
from penstock.effects.recommend import Line, Receipt


def line(item: int, lane: str = "model", shares: int = 0) -> Line:
    because = [{"item": at, "title": f"Film {at}", "share": 0.5 - at / 100} for at in range(shares)]
    return {
        "item": item,
        "title": f"[bold] {item}",
        "score": 1.25,
        "lane": lane,
        "because": because,  # type: ignore[typeddict-item]
    }


def printed(explained: bool = False, **changed: Any) -> str:
    receipt: Any = {
        "project": "films",
        "user": 7,
        "candidate": "ease",
        "chosen": "the champion (abc)",
        "known": True,
        "had": 12,
        "items": [line(4), line(9, "trending")],
        "asked": 2,
        "left_out": {},
        "notes": [],
    }
    said = io.StringIO()
    told: Receipt = receipt | changed
    show(told, Console(file=said, width=100, no_color=True), explained)
    return said.getvalue()


def test_titles_stand_as_they_are_with_score_and_lane() -> None:
    head, _, *rows = printed().splitlines()
    assert head == "films · user 7, had 12 · ease, the champion (abc)"
    assert [row.split() for row in rows] == [
        ["1", "4", "[bold]", "4", "1.2500", "model"],
        ["2", "9", "[bold]", "9", "1.2500", "trending"],
    ]


def test_reasons_are_shown_where_they_were_asked_for() -> None:
    items = [line(4, shares=2), line(9)]
    assert "Film" not in printed(items=items)
    said = printed(explained=True, items=items)
    assert "+0.5000 Film 0" in said and "+0.4900 Film 1" in said
    assert said.splitlines()[-1].rstrip().endswith("–")


def test_of_many_shares_the_last_are_told_together() -> None:
    said = printed(explained=True, items=[line(4, shares=TOLD + 3)])
    rest = sum(0.5 - at / 100 for at in range(TOLD, TOLD + 3))
    assert f"Film {TOLD - 1}" in said and f"Film {TOLD}\n" not in said
    assert f"{rest:+.4f} 3 others together" in said


def test_an_empty_list_is_no_table_but_its_reason() -> None:
    said = printed(items=[], notes=["0 of 2: of 5 items 5 out of stock"], had=0)
    assert said.splitlines() == [
        "films · user 7, had nothing · ease, the champion (abc)",
        "0 of 2: of 5 items 5 out of stock",
    ]
