from __future__ import annotations

from penstock.retrieval.answers import Shortfall


def test_a_shortfall_is_told_in_words() -> None:
    short = Shortfall(10, 3, {"out of stock": 1200, "seen before": 4})
    assert str(short) == "3 of 10: of 1,207 items 1,200 out of stock, 4 seen before"
    assert str(Shortfall(5, 2, {})) == "2 of 5: of 2 items none was left out"
