"""From a score to a decision, as evaluate chose it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from penstock.core.files import write_json
from penstock.effects.alerting import alerting
from penstock.serving.alerts import Alerts
from penstock.serving.contracts import Origin

ORIGIN = Origin("river", "tree", "ab" * 32, "cd" * 32, None, "ef" * 32, "")
COSTS = {"review": 5.0, "loss_share": 1.0, "loss_fixed": 0.0, "false_alarm": 0.0}
LEARNT = {"method": "isotonic", "score": [0.0, 1.0], "probability": [0.0, 1.0]}


def alerts(root: Path, **decision: Any) -> Alerts:
    if decision:
        write_json(root / "reports/river/decisions.json", {"tree": decision})
    return Alerts(root, "classification", "river", "amount")


def test_where_nobody_decided_there_is_no_decision(tmp_path: Path) -> None:
    assert alerts(tmp_path).of(ORIGIN, 0.9, 1.0) == (None, None)
    other = Origin("river", "forest", "12" * 32, "cd" * 32, None, "ef" * 32, "")
    told = alerts(tmp_path, threshold=0.5, rule=None, calibration=None)
    assert told.of(other, 0.9, 1.0) == (None, None)


@pytest.mark.parametrize(("score", "decision"), [(0.49, "pass"), (0.5, "alert"), (0.9, "alert")])
def test_a_score_from_the_threshold_on_alerts(tmp_path: Path, score: float, decision: str) -> None:
    told = alerts(tmp_path, threshold=0.5, rule=None, calibration=None)
    assert told.of(ORIGIN, score, 1.0) == (decision, 0.5)


@pytest.mark.parametrize("score", [0.0, 0.2, 0.7])
@pytest.mark.parametrize("amount", [0.0, 8.0, 500.0])
def test_with_costs_the_money_decides_as_it_does_on_the_report(
    tmp_path: Path, score: float, amount: float
) -> None:
    rule = {"alerts_a_day": None, "costs": COSTS}
    told = alerts(tmp_path, threshold=0.0, rule=rule, calibration=LEARNT)
    saved = alerting(tmp_path, "classification", "river", "tree").saves(score, amount)
    assert saved is not None
    assert told.of(ORIGIN, score, amount) == ("alert" if saved >= 0 else "pass", 0.0)
