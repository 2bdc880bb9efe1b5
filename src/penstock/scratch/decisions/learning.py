"""Learning a policy by trying: without a model, and with one that is counted on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.decisions.grid import Grid
from penstock.scratch.decisions.mdp import MDP
from penstock.scratch.decisions.planning import value_iteration


@dataclass(frozen=True)
class Trying:
    """How long to try, and how curious to be.

    Attributes:
        explore: chance of a random action in the first episode; falls to `explore_last` evenly.
        rate: how far a value moves to what was just seen; None for 1 / times tried to the 0.6.
    """

    episodes: int = 10_000
    steps: int = 100
    discount: float = 0.99
    explore: float = 1.0
    explore_last: float = 0.05
    rate: float | None = None
    seed: int = 0

    def curious(self, episode: int) -> float:
        """The chance of a random action in an episode."""
        share = episode / max(1, self.episodes - 1)
        return self.explore + share * (self.explore_last - self.explore)


def q_learning(grid: Grid, trying: Trying) -> Array:
    """(S, A): action values, each moved towards r + γ max Q of the next state (Watkins 1989)."""
    random = np.random.default_rng(trying.seed)
    values = np.zeros((len(grid.fields), 4))
    tried = np.zeros_like(values)
    for episode in range(trying.episodes):
        state, curious = grid.start, trying.curious(episode)
        for _ in range(trying.steps):
            action = _choose(values[state], curious, random)
            reached, reward, over = grid.step(state, action, random)
            tried[state, action] += 1
            rate = trying.rate or tried[state, action] ** -0.6
            ahead = 0.0 if over else trying.discount * values[reached].max()
            values[state, action] += rate * (reward + ahead - values[state, action])
            state = reached
            if over:
                break
    return values


def counted_model(grid: Grid, trying: Trying) -> Array:
    """(S, A): action values of the process as random walks have shown it, solved by planning.

    What was never tried is taken to lead nowhere.
    """
    random = np.random.default_rng(trying.seed)
    states = len(grid.fields)
    seen, brought = np.zeros((states, 4, states)), np.zeros((states, 4))
    for _ in range(trying.episodes):
        state = grid.start
        for _ in range(trying.steps):
            action = int(random.integers(4))
            reached, reward, over = grid.step(state, action, random)
            seen[state, action, reached] += 1
            brought[state, action] += reward
            state = reached
            if over:
                break
    times = seen.sum(axis=2)
    chances = np.where(times[:, :, None] > 0, seen / np.maximum(times, 1)[:, :, None], 0.0)
    never = np.argwhere(times == 0)
    chances[never[:, 0], never[:, 1], never[:, 0]] = 1
    model = MDP(chances, brought / np.maximum(times, 1), trying.discount)
    return model.action_values(value_iteration(model))


def policy_of(values: Array) -> Array:
    """(S, A): all chance on the first of the best actions."""
    policy = np.zeros_like(values)
    policy[np.arange(len(values)), values.argmax(axis=1)] = 1
    return policy


def _choose(values: Array, curious: float, random: np.random.Generator) -> int:
    """A random action, or one of the best, drawn among equals."""
    if random.random() < curious:
        return int(random.integers(len(values)))
    best = np.flatnonzero(values == values.max())
    return int(best[random.integers(len(best))])
