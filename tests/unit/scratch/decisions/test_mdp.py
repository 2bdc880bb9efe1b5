"""Values of policies and best policies: linear algebra, a linear programme, gymnasium."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from penstock.scratch.decisions.grid import LAKE_4, LAKE_8, Grid, play
from penstock.scratch.decisions.learning import Trying, counted_model, policy_of, q_learning
from penstock.scratch.decisions.mdp import MDP
from penstock.scratch.decisions.planning import (
    policy_iteration,
    sweep_evaluation,
    value_iteration,
    within,
)
from penstock.scratch.errors import SettingError, ShapeError
from tests.curriculum import held
from tests.unit.scratch.against_torch import drawn, seeds


def any_mdp(states: int, actions: int, seed: int, discount: float = 0.9) -> MDP:
    random = np.random.default_rng(seed)
    chances = random.dirichlet(np.ones(states), (states, actions))
    return MDP(chances, random.normal(size=(states, actions)), discount)


sizes = {"states": st.integers(1, 6), "actions": st.integers(1, 4), "seed": seeds}


@pytest.mark.curriculum("R01")
@drawn
@given(**sizes)
def test_values_of_a_policy_solve_bellmans_equations(states: int, actions: int, seed: int) -> None:
    mdp = any_mdp(states, actions, seed)
    policy = np.random.default_rng(seed + 1).dirichlet(np.ones(actions), states)
    values = mdp.evaluate(policy)
    np.testing.assert_allclose(values, (policy * mdp.action_values(values)).sum(axis=1), atol=1e-10)
    held("Bellman's equations", 1e-10)


@pytest.mark.curriculum("R03")
@drawn
@given(**sizes)
def test_sweeps_come_to_what_the_solve_gives_and_greed_is_never_worse(
    states: int, actions: int, seed: int
) -> None:
    mdp = any_mdp(states, actions, seed)
    policy = np.random.default_rng(seed + 1).dirichlet(np.ones(actions), states)
    values = mdp.evaluate(policy)
    np.testing.assert_allclose(sweep_evaluation(mdp, policy, 300), values, atol=1e-8)
    held("a linear solve", 1e-8)
    assert (mdp.evaluate(mdp.greedy(values)) >= values - 1e-9).all()


@pytest.mark.curriculum("R04")
@drawn
@given(**sizes)
def test_value_iteration_gives_the_optimum_of_the_linear_programme(
    states: int, actions: int, seed: int
) -> None:
    mdp = any_mdp(states, actions, seed)
    rows = np.eye(states)[:, None, :] - mdp.discount * mdp.chances
    best = linprog(
        np.ones(states),
        A_ub=-rows.reshape(-1, states),
        b_ub=-mdp.rewards.ravel(),
        bounds=(None, None),
    )
    np.testing.assert_allclose(value_iteration(mdp), best.x, atol=1e-7)
    held("the linear programme by HiGHS", 1e-7)


@pytest.mark.curriculum("R05")
@drawn
@given(**sizes)
def test_policy_iteration_rises_to_the_same_optimum(states: int, actions: int, seed: int) -> None:
    mdp = any_mdp(states, actions, seed)
    policy, told = policy_iteration(mdp)
    for before, after in itertools.pairwise(told):
        assert (after >= before - 1e-9).all()
    np.testing.assert_allclose(told[-1], value_iteration(mdp), atol=1e-8)
    held("value iteration", 1e-8)
    assert (policy.sum(axis=1) == 1).all() and len(told) < 30


@pytest.mark.curriculum("R02")
@pytest.mark.parametrize(("rows", "name"), [(LAKE_4, "4x4"), (LAKE_8, "8x8")])
@pytest.mark.parametrize("slippery", [True, False])
def test_the_lake_is_gymnasiums(rows: tuple[str, ...], name: str, slippery: bool) -> None:
    import gymnasium

    theirs = gymnasium.make("FrozenLake-v1", map_name=name, is_slippery=slippery).unwrapped
    ours = Grid(rows, slippery).mdp(0.9)
    for state, actions in theirs.P.items():
        for action, outcomes in actions.items():
            chances, reward = np.zeros(len(theirs.P)), 0.0
            for chance, reached, brings, _ in outcomes:
                chances[reached] += chance
                reward += chance * brings
            np.testing.assert_allclose(ours.chances[state, action], chances, atol=1e-12)
            np.testing.assert_allclose(ours.rewards[state, action], reward, atol=1e-12)
    held("gymnasium's transitions", 1e-12)


@pytest.mark.curriculum("R02")
def test_a_shortest_way_around_a_wall_is_found() -> None:
    grid = Grid(("S#G", "F#F", "FFF"), slippery=False, step_reward=-0.01)
    policy, _ = policy_iteration(grid.mdp(0.99))
    assert play(grid, policy, 1, 10, 0)[0] == pytest.approx(1 - 0.06)
    assert play(grid, policy, 1, 5, 0)[0] == pytest.approx(-0.05)


@pytest.mark.curriculum("R08")
@pytest.mark.parametrize(("rows", "steps", "optimum"), [(LAKE_4, 100, 0.744), (LAKE_8, 200, 0.913)])
def test_the_best_that_can_be_had_on_the_lake(
    rows: tuple[str, ...], steps: int, optimum: float
) -> None:
    grid = Grid(rows)
    assert within(grid.mdp(1.0), steps)[grid.start] == pytest.approx(optimum, abs=5e-4)


@pytest.mark.curriculum("R08")
def test_q_learning_comes_near_the_optimum_of_the_lake() -> None:
    grid = Grid(LAKE_4)
    values = q_learning(grid, Trying(episodes=10_000, seed=1))
    policy = policy_of(values)
    brought = play(grid, policy, 4000, 100, 2).mean()
    assert brought > 0.744 - 0.03
    exact = grid.mdp(0.99)
    best = value_iteration(exact)[grid.start]
    assert exact.evaluate(policy)[grid.start] > 0.97 * best
    held("the best policy's value, as a share", 0.03)


@pytest.mark.curriculum("R07")
def test_a_counted_model_needs_fewer_episodes_than_none() -> None:
    grid, exact = Grid(LAKE_4), Grid(LAKE_4).mdp(0.99)
    told = {"with": 0.0, "without": 0.0}
    for seed in range(3):
        few = Trying(episodes=500, seed=seed)
        for name, learn in (("with", counted_model), ("without", q_learning)):
            told[name] += exact.evaluate(policy_of(learn(grid, few)))[grid.start] / 3
    best = value_iteration(exact)[grid.start]
    assert told["with"] > 0.9 * best > 0.9 * told["without"]
    assert told["with"] > told["without"]


def test_what_is_no_process_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"chances \(S, A, S\)"):
        MDP(np.ones((2, 1, 3)), np.ones((2, 1)), 0.9)
    with pytest.raises(SettingError, match="sum to 1"):
        MDP(np.ones((2, 1, 2)), np.ones((2, 1)), 0.9)
    with pytest.raises(SettingError, match="a discount"):
        MDP(np.full((2, 1, 2), 0.5), np.ones((2, 1)), 1.5)
    with pytest.raises(SettingError, match="exactly one S"):
        Grid(("SS",))
    with pytest.raises(SettingError, match="a change below"):
        value_iteration(any_mdp(3, 2, 0), sweeps=2)
