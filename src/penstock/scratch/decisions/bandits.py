"""Bandits: each pull of an arm both earns and teaches (Sutton and Barto 2018, chapter 2)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from math import log

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError


class Bandit(ABC):
    """A rule for arms that pay 0 or 1.

    Attributes:
        pulls, paid: (arms,), how often each was pulled, and what it paid.
    """

    def __init__(self, arms: int, seed: int = 0) -> None:
        if arms < 1:
            raise SettingError(type(self).__name__, "one arm at least", arms)
        self.pulls, self.paid = np.zeros(arms), np.zeros(arms)
        self.random = np.random.default_rng(seed)

    @abstractmethod
    def choose(self) -> int:
        """The arm to pull now."""

    def learn(self, arm: int, reward: float) -> None:
        """Note what an arm paid."""
        self.pulls[arm] += 1
        self.paid[arm] += reward

    def untried(self) -> int | None:
        """The first arm that was never pulled."""
        never = np.flatnonzero(self.pulls == 0)
        return int(never[0]) if len(never) else None


class EpsilonGreedy(Bandit):
    """The best so far, but for a share of pulls at random."""

    def __init__(self, arms: int, epsilon: float = 0.1, seed: int = 0) -> None:
        super().__init__(arms, seed)
        if not 0 <= epsilon <= 1:
            raise SettingError("EpsilonGreedy", "an epsilon from 0 to 1", epsilon)
        self.epsilon = epsilon

    def choose(self) -> int:
        never = self.untried()
        if never is not None:
            return never
        if self.random.random() < self.epsilon:
            return int(self.random.integers(len(self.pulls)))
        return int((self.paid / self.pulls).argmax())


class UCB1(Bandit):
    """The arm that could be best: mean + √(2 ln t / n) (Auer, Cesa-Bianchi and Fischer 2002)."""

    def choose(self) -> int:
        never = self.untried()
        if never is not None:
            return never
        bonus = np.sqrt(2 * log(self.pulls.sum()) / self.pulls)
        return int((self.paid / self.pulls + bonus).argmax())


class Thompson(Bandit):
    """The arm that is best in a draw from Beta(1 + paid, 1 + not paid) (Thompson 1933)."""

    def choose(self) -> int:
        return int(self.random.beta(1 + self.paid, 1 + self.pulls - self.paid).argmax())


def regret(bandit: Bandit, chances: Sequence[float], pulls: int, seed: int) -> Array:
    """(pulls,): what was lost so far against always pulling the best arm, in expectation."""
    random, lost = np.random.default_rng(seed), np.zeros(pulls)
    for pull in range(pulls):
        arm = bandit.choose()
        bandit.learn(arm, float(random.random() < chances[arm]))
        lost[pull] = max(chances) - chances[arm]
    return np.asarray(lost.cumsum())


def least_regret(chances: Sequence[float]) -> float:
    """What ln t is multiplied by at least, for any rule that learns (Lai and Robbins 1985)."""
    best = max(chances)
    return sum((best - one) / _divergence(one, best) for one in chances if one < best)


def least_epsilon_regret(chances: Sequence[float], epsilon: float) -> float:
    """What each pull of `EpsilonGreedy` costs in the long run."""
    return epsilon * (max(chances) - sum(chances) / len(chances))


def _divergence(p: float, q: float) -> float:
    """KL(p || q) of two coins."""
    return p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))


def ucb_bound(chances: Sequence[float], pulls: int) -> float:
    """The most that UCB1 is expected to lose (Auer et al. 2002, theorem 1)."""
    gaps = [max(chances) - one for one in chances if one < max(chances)]
    return sum(8 * log(pulls) / gap + (1 + np.pi**2 / 3) * gap for gap in gaps)
