from __future__ import annotations

import numpy as np
import pytest

from penstock.offpolicy.errors import NoOverlap, UnfitLog
from penstock.offpolicy.estimators import ips
from penstock.offpolicy.log import Log
from penstock.offpolicy.overlap import overlap, weights
from tests.unit.offpolicy.simulated import simulate


def only(action: int, rounds: int, actions: int = 5) -> np.ndarray:
    chances = np.zeros((rounds, actions))
    chances[:, action] = 1
    return chances


def test_the_effective_size_is_kish_s() -> None:
    log = Log(np.array([0, 1, 1]), np.ones(3), np.array([0.5, 0.5, 0.25]))
    policy = np.array([[1, 0], [0, 1], [0.5, 0.5]])
    found = overlap(log, policy)
    assert weights(log, policy) == pytest.approx([2, 2, 2])
    assert found.effective == pytest.approx(3) and found.mean_weight == pytest.approx(2)
    assert (found.rounds, found.largest_weight, found.unseen) == (3, 2, 0)


def test_chances_of_the_logged_actions_do_for_weights() -> None:
    log, policy, _ = simulate(100, 0)
    chosen = policy[np.arange(100), log.action]
    assert np.array_equal(weights(log, policy), weights(log, chosen))
    assert np.isnan(overlap(log, chosen).unseen)


def test_what_the_logging_policy_never_chose_is_refused() -> None:
    log, _, _ = simulate(200, 1)
    kept = log.action != 3
    never = Log(log.action[kept], log.reward[kept], log.propensity[kept])
    with pytest.raises(NoOverlap, match=r"100\.0% .* in no round of the log \(actions 3\)\n  fix"):
        ips(never, only(3, len(never)))
    some = 0.9 * only(0, len(never)) + 0.1 * only(3, len(never))
    with pytest.raises(NoOverlap, match=r"10\.0%"):
        overlap(never, some)
    assert overlap(never, some, most_unseen=0.2).unseen == pytest.approx(0.1)
    with pytest.raises(NoOverlap):
        overlap(never, np.zeros(len(never)))


def test_what_had_no_chance_is_refused_be_it_ever_so_rare() -> None:
    log, policy, _ = simulate(200, 2)
    kept = log.action != 3
    assert log.choices is not None
    choices = log.choices[kept].copy()
    choices[:, 3] = 0
    choices /= choices.sum(axis=1, keepdims=True)
    chance = choices[np.arange(kept.sum()), log.action[kept]]
    never = Log(log.action[kept], log.reward[kept], chance, choices=choices)
    with pytest.raises(NoOverlap, match=r"had no chance under the logging policy \(actions 3\)"):
        overlap(never, 0.999 * choices + 0.001 * only(3, len(never)))
    assert overlap(never, choices).mean_weight == pytest.approx(1)
    # Without a round of it in this log, but with a chance: nothing is refused.
    rare = np.tile([0.5, 0.5 - 1e-9, 1e-9], (2, 1))
    two = Log(np.array([0, 1]), np.ones(2), np.array([0.5, 0.5 - 1e-9]), choices=rare)
    assert overlap(two, np.tile([0.4, 0.4, 0.2], (2, 1))).unseen == pytest.approx(0.2)
    with pytest.raises(UnfitLog, match="as the log's choices"):
        overlap(never, np.pad(policy[kept], ((0, 0), (0, 1))))


@pytest.mark.parametrize(
    "policy",
    [np.ones(3), np.array([0.5, 1.2]), np.array([[0.5, 0.5]]), np.array([[0.5, 0.6], [1.5, -0.5]])],
)
def test_a_policy_that_cannot_be_is_refused(policy: np.ndarray) -> None:
    log = Log(np.array([0, 1]), np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    with pytest.raises(UnfitLog, match=r"(?s)policy.*fix"):
        weights(log, policy)
