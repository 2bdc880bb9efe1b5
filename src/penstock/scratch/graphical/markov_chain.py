"""Markov chains: where they are after a while, and how long they take (Norris 1997, chapter 1)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError


class MarkovChain:
    """States by number, and the chances of moving between them.

    Attributes:
        chances: (S, S), a row for each state.

    Raises:
        SettingError: no square table of chances.
    """

    def __init__(self, chances: Array) -> None:
        self.chances = np.asarray(chances, np.float64)
        square = self.chances.ndim == 2 and len(set(self.chances.shape)) == 1
        if not square or (self.chances < 0).any() or not np.allclose(self.chances.sum(axis=1), 1):
            raise SettingError("MarkovChain", "rows of chances, square", self.chances.shape)

    @classmethod
    def counted(cls, states: Array, count: int, prior: float = 0.0) -> MarkovChain:
        """The likeliest chain for one path of states; `prior` is added to every count."""
        seen = np.full((count, count), prior)
        np.add.at(seen, (states[:-1], states[1:]), 1)
        total = seen.sum(axis=1, keepdims=True)
        return cls(np.where(total > 0, seen / np.where(total > 0, total, 1), 1 / count))

    def after(self, start: Array, steps: int) -> Array:
        """(S,): chances after so many steps from chances `start`."""
        return np.asarray(start @ np.linalg.matrix_power(self.chances, steps))

    def stationary(self) -> Array:
        """(S,): what it is like in the long run: π P = π.

        Raises:
            SettingError: parts that never meet have each their own.
        """
        size = len(self.chances)
        system = np.vstack([self.chances.T - np.eye(size), np.ones(size)])
        if np.linalg.matrix_rank(system[:-1], tol=1e-10) < size - 1:
            raise SettingError("stationary", "one part that all states lead to", "several")
        right = np.append(np.zeros(size), 1.0)
        return np.asarray(np.linalg.lstsq(system, right)[0])

    def steps_to(self, goal: int) -> Array:
        """(S,): expected steps until `goal` is reached, infinite where it may never be."""
        size = len(self.chances)
        sure = self._surely_reaches(goal)
        inner = sure & (np.arange(size) != goal)
        found = np.where(sure, 0.0, np.inf)
        part = self.chances[np.ix_(inner, inner)]
        found[inner] = np.linalg.solve(np.eye(int(inner.sum())) - part, np.ones(int(inner.sum())))
        return found

    def walk(self, start: int, steps: int, seed: int) -> Array:
        """(steps + 1,): a path."""
        draws = np.random.default_rng(seed).random(steps)
        edges = np.cumsum(self.chances, axis=1)
        path = [start]
        for draw in draws:
            path.append(
                min(int(np.searchsorted(edges[path[-1]], draw, side="right")), len(edges) - 1)
            )
        return np.array(path)

    def _surely_reaches(self, goal: int) -> Array:
        """States that cannot lead anywhere from which there is no way to the goal."""
        steps = self.chances > 0
        steps[goal] = False
        reach = np.eye(len(steps), dtype=bool)
        for _ in range(len(steps)):
            reach = reach | (reach @ steps)
        lost = ~reach[:, goal]
        return np.asarray(~(reach & lost[None, :]).any(axis=1))
