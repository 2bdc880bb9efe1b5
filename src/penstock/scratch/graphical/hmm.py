"""Hidden Markov models: what was seen tells of states that were not (Rabiner 1989).

Chances are scaled step by step, so that no product vanishes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError


class HiddenMarkovModel(ABC):
    """States that move by a chain, each with its own way of showing.

    Attributes:
        start: (S,), chances of the first state.
        moves: (S, S), of the next, a row for each state.
        likelihoods: of what was learnt from, before each round of `fit`.
    """

    def __init__(self, start: Array, moves: Array) -> None:
        self.start, self.moves = np.array(start, float), np.array(moves, float)
        size = len(self.start)
        sums = np.append(self.moves.sum(axis=1), self.start.sum())
        if self.moves.shape != (size, size) or not np.allclose(sums, 1):
            raise SettingError("HiddenMarkovModel", "chances (S,) and (S, S)", self.moves.shape)
        self.likelihoods: list[float] = []

    @abstractmethod
    def shows(self, seen: Array) -> Array:
        """(T, S): how likely each state makes what was seen, up to a factor a step."""

    @abstractmethod
    def offset(self, seen: Array) -> float:
        """The logarithm of the factors that `shows` left out, summed."""

    @abstractmethod
    def learn_shows(self, seen: Array, belief: Array) -> None:
        """Maximise over how states show, given beliefs (T, S) about them."""

    def log_likelihood(self, seen: Array) -> float:
        """Log P(seen), by the forward algorithm."""
        _, scales = self._forward(self.shows(seen))
        return float(np.log(scales).sum()) + self.offset(seen)

    def beliefs(self, seen: Array) -> Array:
        """(T, S): P(state at t | all that was seen), forward and backward."""
        shows = self.shows(seen)
        ahead, scales = self._forward(shows)
        return np.asarray(ahead * self._backward(shows, scales))

    def decode(self, seen: Array) -> tuple[float, Array]:
        """The likeliest path of states, and the logarithm of its joint chance (Viterbi 1967)."""
        with np.errstate(divide="ignore"):
            shows, moves = np.log(self.shows(seen)), np.log(self.moves)
            best = np.log(self.start) + shows[0]
        back = np.zeros(shows.shape, np.int64)
        for step in range(1, len(shows)):
            ways = best[:, None] + moves
            back[step] = ways.argmax(axis=0)
            best = ways.max(axis=0) + shows[step]
        path = [int(best.argmax())]
        for step in range(len(shows) - 1, 0, -1):
            path.append(int(back[step, path[-1]]))
        return float(best.max()) + self.offset(seen), np.array(path[::-1])

    def fit(self, seen: Array, rounds: int = 100, tolerance: float = 1e-6) -> Self:
        """Baum and Welch's rounds: believe, then maximise; the likelihood never falls."""
        self.likelihoods = []
        for _ in range(rounds):
            shows = self.shows(seen)
            ahead, scales = self._forward(shows)
            behind = self._backward(shows, scales)
            belief = ahead * behind
            self.likelihoods.append(float(np.log(scales).sum()) + self.offset(seen))
            if (
                len(self.likelihoods) > 1
                and self.likelihoods[-1] - self.likelihoods[-2] < tolerance
            ):
                break
            onward = shows[1:] * behind[1:] / scales[1:, None]
            passed = self.moves * (ahead[:-1].T @ onward)
            self.moves = passed / passed.sum(axis=1, keepdims=True)
            self.start = belief[0] / belief[0].sum()
            self.learn_shows(seen, belief)
        return self

    def _forward(self, shows: Array) -> tuple[Array, Array]:
        """(T, S) P(state | seen so far), and (T,) how likely each step was given those before."""
        ahead, scales = np.empty_like(shows), np.empty(len(shows))
        state = self.start
        for step, shown in enumerate(shows):
            state = state * shown if step == 0 else (state @ self.moves) * shown
            scales[step] = state.sum()
            if scales[step] == 0:
                raise SettingError("HiddenMarkovModel", "what some state can show", f"step {step}")
            state = ahead[step] = state / scales[step]
        return ahead, scales

    def _backward(self, shows: Array, scales: Array) -> Array:
        behind = np.ones_like(shows)
        for step in range(len(shows) - 2, -1, -1):
            behind[step] = self.moves @ (shows[step + 1] * behind[step + 1]) / scales[step + 1]
        return behind


class CategoricalHMM(HiddenMarkovModel):
    """States that show one of some symbols.

    Attributes:
        symbols: (S, kinds), chances of each, a row for each state.
    """

    def __init__(self, start: Array, moves: Array, symbols: Array) -> None:
        super().__init__(start, moves)
        self.symbols = np.array(symbols, float)

    def shows(self, seen: Array) -> Array:
        return np.asarray(self.symbols[:, seen].T)

    def offset(self, seen: Array) -> float:
        return 0.0

    def learn_shows(self, seen: Array, belief: Array) -> None:
        counts = np.zeros_like(self.symbols.T)
        np.add.at(counts, seen, belief)
        self.symbols = counts.T / counts.sum(axis=0)[:, None]


class GaussianHMM(HiddenMarkovModel):
    """States that show numbers around a mean.

    Attributes:
        means, variances: (S,).
    """

    def __init__(self, start: Array, moves: Array, means: Array, variances: Array) -> None:
        super().__init__(start, moves)
        self.means, self.variances = np.array(means, float), np.array(variances, float)

    def shows(self, seen: Array) -> Array:
        told = self._logs(seen)
        return np.asarray(np.exp(told - told.max(axis=1, keepdims=True)))

    def offset(self, seen: Array) -> float:
        return float(self._logs(seen).max(axis=1).sum())

    def learn_shows(self, seen: Array, belief: Array) -> None:
        mass = belief.sum(axis=0)
        self.means = seen @ belief / mass
        away = (seen[:, None] - self.means) ** 2
        self.variances = (belief * away).sum(axis=0) / mass

    def _logs(self, seen: Array) -> Array:
        away = (np.asarray(seen)[:, None] - self.means) ** 2 / self.variances
        return np.asarray(-0.5 * (away + np.log(2 * np.pi * self.variances)))
