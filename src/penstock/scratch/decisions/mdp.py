"""Markov decision processes in tables, and Bellman's equations (Sutton and Barto 2018, ch. 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError, ShapeError


@dataclass(frozen=True)
class MDP:
    """States S, actions A, what happens and what it brings.

    A state that ends an episode leads to itself, whatever is done, and brings nothing.

    Attributes:
        chances: (S, A, S), of each next state.
        rewards: (S, A), expected.
        discount: γ, at most 1; below 1 unless every policy ends.

    Raises:
        ShapeError: the two do not fit together.
        SettingError: chances that are none, or a discount outside (0, 1].
    """

    chances: Array
    rewards: Array
    discount: float

    def __post_init__(self) -> None:
        shape = self.chances.shape
        if len(shape) != 3 or shape[0] != shape[2] or self.rewards.shape != shape[:2]:
            came = f"{shape}, {self.rewards.shape}"
            raise ShapeError("MDP", "chances (S, A, S) and rewards (S, A)", came)
        if (self.chances < 0).any() or not np.allclose(self.chances.sum(axis=2), 1):
            worst = float(self.chances.sum(axis=2).min())
            raise SettingError("MDP", "chances that sum to 1 over next states", worst)
        if not 0 < self.discount <= 1:
            raise SettingError("MDP", "a discount above 0, at most 1", self.discount)

    @property
    def states(self) -> int:
        return int(self.chances.shape[0])

    @property
    def actions(self) -> int:
        return int(self.chances.shape[1])

    def action_values(self, values: Array) -> Array:
        """(S, A): r + γ Σ p V, the right side of Bellman's equations for state values (S,)."""
        return np.asarray(self.rewards + self.discount * (self.chances @ values))

    def evaluate(self, policy: Array) -> Array:
        """(S,): the values of a policy (S, A) of chances, by solving V = r + γ P V.

        States that end episodes have value 0; they alone may be never left when γ is 1.
        """
        move = np.einsum("sa,sat->st", policy, self.chances)
        gain = np.einsum("sa,sa->s", policy, self.rewards)
        left = ~((np.diag(move) == 1) & (gain == 0))
        values = np.zeros(self.states)
        inner = np.eye(int(left.sum())) - self.discount * move[np.ix_(left, left)]
        values[left] = np.linalg.solve(inner, gain[left])
        return values

    def greedy(self, values: Array) -> Array:
        """(S, A): all chance on the first of the best actions."""
        policy = np.zeros((self.states, self.actions))
        policy[np.arange(self.states), self.action_values(values).argmax(axis=1)] = 1
        return policy
