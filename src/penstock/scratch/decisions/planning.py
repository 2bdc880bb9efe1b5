"""Finding the best policy of a known process (Sutton and Barto 2018, chapter 4)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.decisions.mdp import MDP
from penstock.scratch.errors import SettingError


def sweep_evaluation(mdp: MDP, policy: Array, sweeps: int) -> Array:
    """(S,): values of a policy after so many sweeps from 0, each exact for one step more."""
    values = np.zeros(mdp.states)
    for _ in range(sweeps):
        values = np.einsum("sa,sa->s", policy, mdp.action_values(values))
    return values


def value_iteration(mdp: MDP, tolerance: float = 1e-10, sweeps: int = 100_000) -> Array:
    """(S,): the best values, to `tolerance` where γ < 1.

    The change of a sweep bounds the error: |V - V*| ≤ γ / (1 - γ) |change|.

    Raises:
        SettingError: not there after `sweeps`.
    """
    values: Array = np.zeros(mdp.states)
    slack = tolerance * (1 - mdp.discount) / mdp.discount if mdp.discount < 1 else tolerance
    for _ in range(sweeps):
        better: Array = mdp.action_values(values).max(axis=1)
        change = float(np.abs(better - values).max())
        values = better
        if change <= slack:
            return values
    raise SettingError("value_iteration", f"a change below {slack:g} in {sweeps} sweeps", change)


def policy_iteration(mdp: MDP) -> tuple[Array, list[Array]]:
    """The best policy (S, A), and the values (S,) of each one on the way, the best last.

    A state keeps its action unless another is better, so that equals can't take turns for ever.
    """
    policy = np.full((mdp.states, mdp.actions), 1 / mdp.actions)
    told = [mdp.evaluate(policy)]
    while True:
        worth = mdp.action_values(told[-1])
        now = (policy * worth).sum(axis=1)
        better = worth.max(axis=1) > now + 1e-12
        if not better.any() and set(np.unique(policy)) <= {0.0, 1.0}:
            return policy, told
        changed = mdp.greedy(told[-1])
        undecided = (policy > 0).sum(axis=1) > 1
        policy = np.where((better | undecided)[:, None], changed, policy)
        told.append(mdp.evaluate(policy))


def within(mdp: MDP, steps: int) -> Array:
    """(S,): the best that can be had in so many steps, by induction from the last."""
    values = np.zeros(mdp.states)
    for _ in range(steps):
        values = mdp.action_values(values).max(axis=1)
    return values
