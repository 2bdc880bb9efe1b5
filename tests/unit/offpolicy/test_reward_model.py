from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from penstock.offpolicy.errors import UnfitLog
from penstock.offpolicy.reward_model import expected_rewards
from tests.unit.offpolicy.simulated import CHANCE, simulate


def test_many_rounds_tell_the_chances() -> None:
    log, policy, flags = simulate(20_000, 0)
    expected = expected_rewards(log, policy.shape[1], flags)
    assert np.abs(expected - flags @ CHANCE).max() < 0.08


def test_without_features_it_is_the_mean_drawn_towards_that_of_all() -> None:
    log, _, _ = simulate(300, 1)
    expected = expected_rewards(log, 6, folds=2, l2=10)
    told = np.arange(300) % 2 == 0
    for action in range(6):
        rest = log.reward[~told]
        common = rest.sum() / (len(rest) + 10)
        mine = log.reward[~told & (log.action == action)]
        wanted = (mine.sum() + 10 * common) / (len(mine) + 10)
        assert expected[told, action] == pytest.approx(wanted)


def test_no_round_tells_of_its_own_unit() -> None:
    log, _, flags = simulate(200, 2, sessions=40)
    before = expected_rewards(log, 5, flags)
    assert log.unit is not None
    mine = log.unit == 7
    reward = np.where(mine, 99.0, log.reward)
    after = expected_rewards(replace(log, reward=reward), 5, flags)
    assert np.array_equal(before[mine], after[mine]) and not np.allclose(before, after)


def test_what_cannot_be_is_refused() -> None:
    log, _, flags = simulate(20, 3)
    with pytest.raises(UnfitLog, match=r"folds: expected 2 to 20.*\n  fix"):
        expected_rewards(log, 5, folds=21)
    with pytest.raises(UnfitLog, match="actions: expected more than"):
        expected_rewards(log, 1)
    with pytest.raises(UnfitLog, match="features: expected finite"):
        expected_rewards(log, 5, flags[:3])
