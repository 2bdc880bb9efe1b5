from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from penstock.offpolicy.errors import UnfitLog
from penstock.offpolicy.estimators import Options, Value, doubly_robust, ips, snips
from penstock.offpolicy.log import Log
from penstock.offpolicy.reward_model import expected_rewards
from tests.unit.offpolicy.simulated import CHANCE, TRUTH, simulate


def all_three(rounds: int, seed: int, options: Options) -> list[Value]:
    log, policy, flags = simulate(rounds, seed)
    expected = expected_rewards(log, policy.shape[1], flags)
    return [
        ips(log, policy, options),
        snips(log, policy, options),
        doubly_robust(log, policy, expected, options),
    ]


def literal(log: Log, policy: np.ndarray, expected: np.ndarray, clip: float) -> list[float]:
    """The three sums, a round at a time."""
    plain, weights, robust = 0.0, 0.0, 0.0
    for row, action in enumerate(log.action):
        weight = min(policy[row, action] / log.propensity[row], clip)
        plain += weight * log.reward[row]
        weights += weight
        robust += sum(p * q for p, q in zip(policy[row], expected[row], strict=True))
        robust += weight * (log.reward[row] - expected[row, action])
    return [plain / len(log), plain / weights, robust / len(log)]


@pytest.mark.parametrize("clip", [None, 1.5])
def test_values_are_those_of_the_definitions(clip: float | None) -> None:
    log, policy, flags = simulate(400, 0)
    expected = expected_rewards(log, policy.shape[1], flags)
    options = Options(clip)
    found = [
        ips(log, policy, options).value,
        snips(log, policy, options).value,
        doubly_robust(log, policy, expected, options).value,
    ]
    assert found == pytest.approx(literal(log, policy, expected, clip or np.inf), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_values_are_those_of_obp(seed: int) -> None:
    from obp import ope

    log, policy, flags = simulate(400, seed)
    expected = expected_rewards(log, policy.shape[1], flags)
    asked = {
        "reward": log.reward,
        "action": log.action,
        "pscore": log.propensity,
        "action_dist": policy[:, :, None],
    }
    told = {"estimated_rewards_by_reg_model": expected[:, :, None]}
    for ours, theirs, more in (
        (ips(log, policy), ope.InverseProbabilityWeighting(), {}),
        (snips(log, policy), ope.SelfNormalizedInverseProbabilityWeighting(), {}),
        (doubly_robust(log, policy, expected), ope.DoublyRobust(), told),
    ):
        value = theirs.estimate_policy_value(**asked, **more)
        assert ours.value == pytest.approx(value, abs=1e-10), ours.estimator


@pytest.mark.parametrize("interval", ["normal", "bootstrap"])
def test_intervals_hold_the_truth_as_often_as_they_say(interval: str) -> None:
    runs, options = 300, Options(interval=interval, resamples=200)  # type: ignore[arg-type]
    held = np.zeros(3)
    for seed in range(runs):
        held += [one.low <= TRUTH <= one.high for one in all_three(600, seed, options)]
    # 300 draws at 95 %: within three standard deviations, and what percentiles lose.
    assert (held / runs > 0.905).all() and (held / runs < 0.99).all(), held / runs


def test_intervals_over_sessions_hold_the_truth_where_rounds_depend() -> None:
    runs, over_rounds, over_sessions = 200, 0, 0
    for seed in range(runs):
        log, policy, _ = simulate(1500, seed, sessions=300)
        one = ips(log, policy)
        over_sessions += one.low <= TRUTH <= one.high
        other = ips(replace(log, unit=None), policy)
        over_rounds += other.low <= TRUTH <= other.high
        assert other.value == pytest.approx(one.value, abs=1e-12)
    assert over_sessions / runs > 0.9 and over_rounds / runs < 0.8


def test_the_mean_of_many_logs_is_the_truth() -> None:
    found = np.array(
        [[one.value for one in all_three(300, seed, Options())] for seed in range(400)]
    )
    error = found.std(axis=0) / np.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - TRUTH) < 4 * error + 0.002).all()
    # A model that is right takes spread away.
    assert found[:, 2].std() < found[:, 0].std()


def test_a_model_that_is_wrong_leaves_doubly_robust_right_and_one_that_is_right_mends_chances() -> (
    None
):
    wrong, mended = [], []
    for seed in range(300):
        log, policy, flags = simulate(300, seed)
        wrong.append(doubly_robust(log, policy, np.full(policy.shape, 3.0)).value)
        off = replace(log, propensity=np.full(len(log), 0.2), choices=None)
        mended.append(doubly_robust(off, policy, flags @ CHANCE).value)
    for values in (np.array(wrong), np.array(mended)):
        assert abs(values.mean() - TRUTH) < 4 * values.std() / np.sqrt(len(values))


def test_the_policy_that_logged_is_worth_what_it_earned() -> None:
    log, _, flags = simulate(500, 3)
    assert log.choices is not None
    expected = expected_rewards(log, 5, flags)
    found = [ips(log, log.propensity), snips(log, log.propensity)]
    assert [one.value for one in found] == pytest.approx([log.reward.mean()] * 2, abs=1e-12)
    assert found[0].overlap.effective == pytest.approx(500)
    spread = log.reward.std(ddof=1) / np.sqrt(500)
    assert found[0].high - found[0].low == pytest.approx(2 * 1.959964 * spread, rel=1e-6)
    own = doubly_robust(log, log.choices, expected)
    assert own.low < log.reward.mean() < own.high


def test_clipping_tells_its_bias_and_lowers_the_spread() -> None:
    log, policy, _ = simulate(2000, 4)
    whole, cut = ips(log, policy), ips(log, policy, Options(1.5))
    assert whole.bias == 0 and whole.clipped == 0
    assert cut.bias == pytest.approx(cut.value - whole.value) and cut.bias < 0
    assert 0 < cut.clipped < 1 and cut.high - cut.low < whole.high - whole.low


def test_self_normalised_isn_t_moved_by_a_constant() -> None:
    log, policy, _ = simulate(200, 5)
    moved = replace(log, reward=log.reward + 10)
    assert snips(moved, policy).value == pytest.approx(snips(log, policy).value + 10, abs=1e-9)


def test_the_bootstrap_is_drawn_by_its_seed() -> None:
    log, policy, _ = simulate(200, 6)
    one, same, other = (ips(log, policy, Options(interval="bootstrap", seed=s)) for s in (1, 1, 2))
    assert one == same and (one.low, one.high) != (other.low, other.high)


def test_one_unit_tells_no_interval() -> None:
    log, policy, _ = simulate(50, 7)
    alone = ips(replace(log, unit=np.zeros(50)), policy)
    assert (alone.low, alone.high) == (-np.inf, np.inf)


def test_what_cannot_be_is_refused() -> None:
    log, policy, _ = simulate(50, 8)
    with pytest.raises(UnfitLog, match=r"expected: .*\n  fix: "):
        doubly_robust(log, policy, np.zeros((50, 4)))
    with pytest.raises(UnfitLog, match="finite"):
        doubly_robust(log, policy, np.full(policy.shape, np.nan))
    with pytest.raises(UnfitLog, match="clip: expected a weight above 0"):
        Options(clip=0.0)
    with pytest.raises(UnfitLog, match="level"):
        Options(level=95)
    with pytest.raises(UnfitLog, match="interval: expected normal or bootstrap, found 'boot'"):
        Options(interval="boot")  # type: ignore[arg-type]
    with pytest.raises(UnfitLog, match="resamples: expected 1 or more"):
        Options(resamples=0)


def test_lists_and_series_do_as_arrays_whatever_their_index() -> None:
    log, policy, flags = simulate(60, 9, sessions=20)
    assert log.unit is not None and log.choices is not None
    order = np.random.default_rng(0).permutation(60)
    columns = {name: getattr(log, name) for name in ("action", "reward", "propensity", "unit")}
    frame = pd.DataFrame(columns).iloc[order]
    rows = replace(log, **{name: columns[name][order] for name in columns}, choices=None)
    model = expected_rewards(rows, 5, flags[order])
    for given in (
        Log(**{name: frame[name] for name in frame}),
        Log(**{name: frame[name].tolist() for name in frame}),
    ):
        one, other = ips(given, policy[order].tolist()), ips(rows, policy[order])
        assert one == other
        assert np.array_equal(expected_rewards(given, 5, pd.DataFrame(flags[order])), model)
        told = doubly_robust(given, policy[order].tolist(), model.tolist())
        assert told == doubly_robust(rows, policy[order], model)
