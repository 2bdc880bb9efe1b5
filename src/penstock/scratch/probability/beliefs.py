"""Beliefs that evidence updates: posterior ∝ likelihood × prior (Gelman et al. 2013, ch. 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.probability.special import beta_below


def update(prior: Array, likelihood: Array) -> Array:
    """(hypotheses,): what is believed after evidence that each makes so likely.

    Raises:
        SettingError: no hypothesis allows the evidence.
    """
    joint = np.asarray(prior) * np.asarray(likelihood)
    if not joint.sum() > 0:
        raise SettingError("update", "evidence that some hypothesis allows", joint.sum())
    return np.asarray(joint / joint.sum())


@dataclass(frozen=True)
class Beta:
    """A belief about a chance: as if `a` - 1 successes and `b` - 1 failures had been seen."""

    a: float = 1.0
    b: float = 1.0

    def seen(self, successes: int, failures: int) -> Beta:
        """The belief after so many more; the order in which they come does not matter."""
        return Beta(self.a + successes, self.b + failures)

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    def below(self, x: float) -> float:
        """The belief that the chance is at most x."""
        return beta_below(self.a, self.b, x)

    def interval(self, share: float = 0.95) -> tuple[float, float]:
        """What the chance lies in by that belief, with equal tails."""
        tail = (1 - share) / 2
        return self._quantile(tail), self._quantile(1 - tail)

    def _quantile(self, share: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if self.below(middle) < share else (low, middle)
        return (low + high) / 2


def beats(one: Beta, other: Beta, points: int = 4001) -> float:
    """The belief that `one`'s chance is the higher, by the midpoint rule over [0, 1]."""
    edges = np.linspace(0, 1, points)
    share = np.diff([one.below(edge) for edge in edges])
    below = [other.below(middle) for middle in (edges[1:] + edges[:-1]) / 2]
    return float(share @ np.array(below))
