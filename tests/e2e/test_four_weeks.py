"""Four weeks of a feed, by a few of its nights: champions come, stay, and are taken back.

`tests/soak/test_four_weeks.py` lives through every night.
"""

from __future__ import annotations

from pathlib import Path

from tests.four_weeks import STRONG, WEAK, FourWeeks


def test_nightly_runs_make_keep_refuse_and_restore_a_champion(tmp_path: Path) -> None:
    life = FourWeeks(tmp_path / "work")
    waits = life.night(0, WEAK)
    assert (waits["outcome"], waits["champion"]) == ("waiting", None)
    assert waits["decision"]["window"]["opens"] == "2018-05-15"
    first = waits["decision"]["challenger"]["key"]
    assert "from 2018-05-15 on" in life.night(4, STRONG)["says"]
    assert life.night(8, STRONG)["outcome"] == "waiting"

    crowned = life.night(14, WEAK)  # May 15, the day that was named; somebody's edit spoils a model
    assert (crowned["outcome"], crowned["champion"]) == ("promoted", first)
    assert "reaches the floor" in crowned["says"]

    better = life.night(18, STRONG)
    assert better["outcome"] == "promoted"
    assert better["decision"]["champion"]["key"] == first
    assert better["decision"]["judged"]["primary"]["low"] > 0
    assert life.champion()["previous"] == [first]

    worse = life.night(28, STRONG)  # judges the spoilt model; that of the ninth night is too late
    assert (worse["outcome"], worse["champion"]) == ("refused", better["champion"])
    assert worse["decision"]["judged"]["primary"]["high"] < 0
    assert [one["why"][:13] for one in worse["decision"]["dropped"]] == ["superseded by"]
    assert life.promote()["decision"] == worse["decision"]

    assert life.rollback()["to"] == first == life.champion()["key"]
    assert life.promote()["champion"] == first
    pages = list((life.root / "champions/fraud/decisions").glob("*.html"))
    assert len(pages) >= 7  # a decision a night, and the rollback
