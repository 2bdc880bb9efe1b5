"""Bandits lose as little as theory says they may."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from penstock.scratch.decisions.bandits import (
    UCB1,
    EpsilonGreedy,
    Thompson,
    least_epsilon_regret,
    least_regret,
    regret,
    ucb_bound,
)
from penstock.scratch.errors import SettingError

CHANCES, PULLS = (0.3, 0.5, 0.8), 3000


def lost(make: type, seeds: int = 10, **settings: float) -> np.ndarray:
    every = [
        regret(make(3, seed=seed, **settings), CHANCES, PULLS, seed + 99) for seed in range(seeds)
    ]
    return np.mean(every, axis=0)


@pytest.mark.curriculum("R06")
def test_ucb_stays_below_its_bound_and_grows_like_a_logarithm() -> None:
    told = lost(UCB1)
    assert told[-1] < ucb_bound(CHANCES, PULLS)
    assert told[-1] - told[PULLS // 2] < 0.3 * told[PULLS // 2]


@pytest.mark.curriculum("R06")
def test_thompson_comes_near_the_least_that_any_rule_can_lose() -> None:
    told = lost(Thompson)[-1]
    assert told < lost(UCB1)[-1]
    assert told < 3 * least_regret(CHANCES) * log(PULLS)


@pytest.mark.curriculum("R06")
def test_epsilon_greedy_loses_its_share_for_ever() -> None:
    told = lost(EpsilonGreedy, epsilon=0.1)
    slope = (told[-1] - told[PULLS // 2]) / (PULLS - PULLS // 2 - 1)
    assert slope == pytest.approx(least_epsilon_regret(CHANCES, 0.1), rel=0.25)


@pytest.mark.parametrize("make", [EpsilonGreedy, UCB1, Thompson])
def test_every_arm_is_tried_and_the_best_is_pulled_most(make: type) -> None:
    bandit = make(3, seed=5)
    regret(bandit, CHANCES, 1000, 6)
    assert bandit.pulls.sum() == 1000 and bandit.pulls.min() > 0
    assert bandit.pulls.argmax() == 2


def test_arms_and_shares_that_are_none_are_refused() -> None:
    with pytest.raises(SettingError, match="one arm at least"):
        UCB1(0)
    with pytest.raises(SettingError, match="from 0 to 1"):
        EpsilonGreedy(2, epsilon=1.2)
