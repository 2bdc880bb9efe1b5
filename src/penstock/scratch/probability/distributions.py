"""Three distributions: density, draws, and the likeliest parameters (Bishop 2006, chapter 2)."""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, pi, sqrt

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError


@dataclass(frozen=True)
class Gaussian:
    """N(mean, deviation²)."""

    mean: float
    deviation: float

    def __post_init__(self) -> None:
        if not self.deviation > 0:
            raise SettingError("Gaussian", "a deviation above 0", self.deviation)

    def density(self, x: Array) -> Array:
        z = (np.asarray(x) - self.mean) / self.deviation
        return np.asarray(np.exp(-0.5 * z**2) / (self.deviation * sqrt(2 * pi)))

    def below(self, x: float) -> float:
        """P(X ≤ x)."""
        return 0.5 * (1 + erf((x - self.mean) / (self.deviation * sqrt(2))))

    def sample(self, size: int, seed: int) -> Array:
        """(size,) draws, by Box and Muller 1958: an angle and a length from two uniform draws."""
        random = np.random.default_rng(seed)
        half = -(-size // 2)
        length = np.sqrt(-2 * np.log1p(-random.random(half)))
        angle = 2 * pi * random.random(half)
        both = np.concatenate([length * np.cos(angle), length * np.sin(angle)])
        return np.asarray(self.mean + self.deviation * both[:size])

    @classmethod
    def likeliest(cls, x: Array) -> Gaussian:
        """The mean, and the deviation with n below the sum (not n - 1)."""
        return cls(float(np.mean(x)), float(np.sqrt(((x - np.mean(x)) ** 2).mean())))


@dataclass(frozen=True)
class Bernoulli:
    """1 with chance `p`, else 0."""

    p: float

    def __post_init__(self) -> None:
        if not 0 <= self.p <= 1:
            raise SettingError("Bernoulli", "a chance from 0 to 1", self.p)

    def density(self, x: Array) -> Array:
        return np.where(np.asarray(x) == 1, self.p, np.where(np.asarray(x) == 0, 1 - self.p, 0.0))

    def sample(self, size: int, seed: int) -> Array:
        return (np.random.default_rng(seed).random(size) < self.p).astype(np.int64)

    @classmethod
    def likeliest(cls, x: Array) -> Bernoulli:
        """The share of ones."""
        return cls(float(np.mean(x)))


@dataclass(frozen=True)
class Categorical:
    """k with chance `p[k]`."""

    p: tuple[float, ...]

    def __post_init__(self) -> None:
        if min(self.p) < 0 or abs(sum(self.p) - 1) > 1e-9:
            raise SettingError("Categorical", "chances that sum to 1", self.p)

    def density(self, x: Array) -> Array:
        found = np.asarray(x)
        inside = (found >= 0) & (found < len(self.p))
        return np.where(inside, np.array(self.p)[np.where(inside, found, 0)], 0.0)

    def sample(self, size: int, seed: int) -> Array:
        """(size,) draws: where a uniform draw falls among the sums of the chances."""
        edges = np.cumsum(self.p)[:-1]
        return np.searchsorted(edges, np.random.default_rng(seed).random(size), side="right")

    @classmethod
    def likeliest(cls, x: Array, kinds: int) -> Categorical:
        """The share of each kind."""
        return cls(tuple((np.bincount(x, minlength=kinds) / len(x)).tolist()))
