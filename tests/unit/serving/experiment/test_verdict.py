"""A verdict in numbers and words, for each thing that can be said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from penstock.core.settings import parse
from penstock.serving.experiment.estimate import Estimate
from penstock.serving.experiment.guards import Guard
from penstock.serving.experiment.run import METRICS
from penstock.serving.experiment.settings import ExperimentSettings
from penstock.serving.experiment.verdict import judge

HOLDS = Guard("not_finite", 0.0, 0.0, True, "fine")
FAILS = Guard("score_drift", 0.9, 0.25, False, "scores lie elsewhere")


def judged(
    difference: float, error: float, guard: Guard = HOLDS, entities: int = 500, **settings: Any
) -> dict[str, Any]:
    estimate = Estimate(
        champion=0.1,
        challenger=0.1 + difference,
        variance=error**2,
        entities=(entities, 900),
        units=entities + 900,
        events=(5000, 9000),
    )
    terms = parse(ExperimentSettings, {"effect": 0.01, **settings}, "")
    return judge(estimate, [guard], terms, days=3.0)


@pytest.mark.parametrize(
    ("difference", "error", "better", "verdict"),
    [
        (-0.02, 0.004, "less", "better"),
        (0.02, 0.004, "less", "worse"),
        (0.02, 0.004, "more", "better"),
        (-0.02, 0.004, "more", "worse"),
        (0.0001, 0.001, "less", "equal"),
        (-0.01, 0.004, "less", "undecided"),
    ],
)
def test_the_interval_decides(difference: float, error: float, better: str, verdict: str) -> None:
    told = judged(difference, error, better=better)
    low, high = told["interval"]
    assert told["verdict"] == verdict
    assert low < told["one_look"][0] < difference < told["one_look"][1] < high
    assert (told["p_value"] < 0.05) == (verdict in ("better", "worse"))
    assert "Brier score 0.1 for the champion" in told["says"]
    assert "500 and 900 entities" in told["says"]


def test_undecided_says_how_long_it_takes() -> None:
    told = judged(-0.001, 0.004)
    needed = told["needed"]
    assert needed["entities"] > 1400 and needed["days"] > 3
    assert 0 < told["power"] < 0.8
    assert f"{needed['entities']:,} entities, {needed['days']:g} days" in told["says"]
    done = judged(-0.001, 0.004 * (3.0 / needed["days"]) ** 0.5)
    assert done["power"] == pytest.approx(0.8, abs=0.01)


def test_a_guard_that_fails_stops_everything() -> None:
    told = judged(-0.02, 0.001, FAILS)
    assert told["verdict"] == "stopped"
    assert told["says"].startswith("stop: scores lie elsewhere. ")


def test_few_entities_say_nothing_yet() -> None:
    told = judged(-0.5, 0.001, entities=20)
    assert told["verdict"] == "too_few" and told["interval"] is None and told["needed"] is None
    assert "expected 100 in each arm" in told["says"]


def test_metrics_are_what_they_are_called() -> None:
    score, label = np.array([0.25, 1.0, 0.0]), np.array([1.0, 1.0, 1.0])
    np.testing.assert_allclose(METRICS["brier"](score, label), [0.5625, 0, 1])
    np.testing.assert_allclose(METRICS["log_loss"](score[:2], label[:2]), [np.log(4), 0])
    assert np.isfinite(METRICS["log_loss"](score, label)).all()
    np.testing.assert_array_equal(METRICS["label"](score, label), label)
