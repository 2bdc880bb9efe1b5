"""Guards stop what can't be trusted, and seldom what can."""

from __future__ import annotations

import numpy as np
import pytest

from penstock.core.settings import parse
from penstock.serving.experiment.guards import not_finite, sample_ratio, score_drift
from penstock.serving.experiment.settings import GuardSettings

TERMS = parse(GuardSettings, {}, "")


def test_arms_of_the_right_size_hold_at_every_look() -> None:
    """The chance that any of 50 looks is an alarm is .1 %: of 200 experiments, none or one."""
    random = np.random.default_rng(0)
    alarms = 0
    for _ in range(200):
        ours = np.cumsum(random.binomial(100, 0.3, 50))
        looks = [(100 * (day + 1) - int(n), int(n)) for day, n in enumerate(ours)]
        alarms += not all(sample_ratio(sizes, 0.3, TERMS).holds for sizes in looks)
    assert alarms <= 2


@pytest.mark.parametrize("sizes", [(5000, 4500), (300, 900), (5000, 0)])
def test_arms_of_the_wrong_size_stop_the_experiment(sizes: tuple[int, int]) -> None:
    guard = sample_ratio(sizes, 0.5, TERMS)
    assert not guard.holds and "should have 50.0%" in guard.says


def test_no_entity_is_no_alarm() -> None:
    assert sample_ratio((0, 0), 0.5, TERMS).holds


def test_scores_from_elsewhere_stop_the_experiment() -> None:
    random = np.random.default_rng(1)
    same, other = random.beta(1, 20, 5000), random.beta(1, 20, 5000)
    assert score_drift(same, other, TERMS).holds
    assert not score_drift(same, other + 0.2, TERMS).holds
    few = score_drift(same[:50], other + 0.2, TERMS)
    assert few.holds and few.value is None
    assert score_drift(np.zeros(5000), np.zeros(5000), TERMS).holds
    assert not score_drift(np.zeros(5000), np.ones(5000), TERMS).holds


def test_scores_that_are_no_number_stop_the_experiment() -> None:
    good, bad = np.zeros(10), np.array([0.1, np.nan])
    assert not_finite(good, good, TERMS).holds
    assert not not_finite(good, bad, TERMS).holds
    assert not_finite(bad, bad, TERMS).holds, "the champion's are no better"
    assert not_finite(good, np.array([]), TERMS).holds
