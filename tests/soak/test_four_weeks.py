"""Every night of four weeks: each model is judged once, in turn, on days it has not seen."""

from __future__ import annotations

from pathlib import Path

from tests.four_weeks import STRONG, WEAK, FourWeeks, day_of

SPOILT = range(8, 11)  # nights on which somebody's edit makes the model weak
ROLLED_BACK = 25


def test_every_night_of_four_weeks(tmp_path: Path) -> None:
    life = FourWeeks(tmp_path / "work")
    judged, outcomes = [], []
    for number in range(29):
        weak = number < 2 or number in SPOILT
        told = life.night(number, WEAK if weak else STRONG)
        decision = told["decision"]
        outcomes.append(told["outcome"])
        if decision["judged"]:
            judged.append(decision["challenger"])
        if told["outcome"] == "promoted":
            assert life.champion()["key"] == decision["challenger"]["key"]
        elif decision["champion"]:
            assert life.champion()["key"] == decision["champion"]["key"]
        if number == ROLLED_BACK:
            before = life.champion()
            assert life.rollback()["to"] == before["previous"][0]
            assert life.champion()["key"] == before["previous"][0]
            # The next night's build challenges the restored champion; what it lost stays away.
            taken_back = before["key"]
        if number > ROLLED_BACK:
            assert life.champion()["key"] != taken_back
    assert outcomes[:14] == ["waiting"] * 14
    assert outcomes[14] == "promoted"
    keys = [one["key"] for one in judged]
    assert len(keys) == len(set(keys)) == 15
    days = [day_of(one["trained_through"]) for one in judged]
    assert days == sorted(set(days))
    assert {"promoted", "refused"} <= set(outcomes[15:])
    spoilt = [outcomes[number + 14] for number in SPOILT]
    assert spoilt == ["refused"] * len(SPOILT)
