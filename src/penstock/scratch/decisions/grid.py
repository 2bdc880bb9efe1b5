"""Worlds of fields: a frozen lake, and any map drawn in letters.

`S` is where one starts, `G` the goal, `H` a hole, `#` a wall, all else is free. Goal and holes end
an episode; reaching a goal brings 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.decisions.mdp import MDP
from penstock.scratch.errors import SettingError

LEFT, DOWN, RIGHT, UP = range(4)
MOVES = {LEFT: (0, -1), DOWN: (1, 0), RIGHT: (0, 1), UP: (-1, 0)}
LAKE_4 = ("SFFF", "FHFH", "FFFH", "HFFG")
LAKE_8 = (
    "SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG",
)  # fmt: skip


class Grid:
    """A map as a Markov decision process, and as a place to walk in.

    Args:
        slippery: one goes as meant with chance 1/3, and to either side with 1/3 each.
        step_reward: for every move, besides the goal's 1.

    Raises:
        SettingError: rows of unlike length, or not exactly one start.
    """

    def __init__(
        self, rows: Sequence[str], slippery: bool = True, step_reward: float = 0.0
    ) -> None:
        if len({len(row) for row in rows}) != 1 or "".join(rows).count("S") != 1:
            raise SettingError("Grid", "rows of one length with exactly one S", rows)
        self.rows, self.slippery, self.step_reward = tuple(rows), slippery, step_reward
        self.width = len(rows[0])
        self.start = "".join(rows).index("S")

    @property
    def fields(self) -> str:
        return "".join(self.rows)

    def ends(self, state: int) -> bool:
        return self.fields[state] in "GH"

    def to(self, state: int, action: int) -> int:
        """Where an action leads that does what is meant."""
        down, right = MOVES[action]
        row, column = state // self.width + down, state % self.width + right
        if not (0 <= row < len(self.rows) and 0 <= column < self.width):
            return state
        reached = row * self.width + column
        return state if self.fields[reached] == "#" else reached

    def outcomes(self, state: int, action: int) -> list[tuple[float, int, float]]:
        """(chance, next state, reward) of each thing that may happen."""
        if self.ends(state):
            return [(1.0, state, 0.0)]
        meant = [(action - 1) % 4, action, (action + 1) % 4] if self.slippery else [action]
        reached = [self.to(state, one) for one in meant]
        goal = [self.step_reward + (self.fields[one] == "G") for one in reached]
        return [(1 / len(meant), one, brings) for one, brings in zip(reached, goal, strict=True)]

    def mdp(self, discount: float) -> MDP:
        """The whole map."""
        states = len(self.fields)
        chances, rewards = np.zeros((states, 4, states)), np.zeros((states, 4))
        for state in range(states):
            for action in MOVES:
                for chance, reached, brings in self.outcomes(state, action):
                    chances[state, action, reached] += chance
                    rewards[state, action] += chance * brings
        return MDP(chances, rewards, discount)

    def step(self, state: int, action: int, random: np.random.Generator) -> tuple[int, float, bool]:
        """The next state, the reward, and whether the episode is over."""
        outcomes = self.outcomes(state, action)
        _, reached, brings = outcomes[int(random.integers(len(outcomes)))]
        return reached, brings, self.ends(reached)


def play(grid: Grid, policy: Array, episodes: int, steps: int, seed: int) -> Array:
    """(episodes,): what each brought by a policy (S, A) within so many steps."""
    random = np.random.default_rng(seed)
    actions, brought = policy.argmax(axis=1), np.zeros(episodes)
    for episode in range(episodes):
        state = grid.start
        for _ in range(steps):
            state, reward, over = grid.step(state, int(actions[state]), random)
            brought[episode] += reward
            if over:
                break
    return brought
