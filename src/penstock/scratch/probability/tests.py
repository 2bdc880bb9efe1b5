"""Hypothesis tests: a statistic, and how often chance alone gives one as far out."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.probability.distributions import Gaussian
from penstock.scratch.probability.special import beta_below, gamma_below


@dataclass(frozen=True)
class Verdict:
    """A statistic and its two-sided p-value."""

    statistic: float
    p: float


def welch(one: Array, other: Array) -> Verdict:
    """Whether two samples have one mean, their variances free (Welch 1947).

    Raises:
        SettingError: a sample has fewer than two values, or neither varies.
    """
    if min(len(one), len(other)) < 2:
        raise SettingError("welch", "two values at least of each", (len(one), len(other)))
    parts = [x.var(ddof=1) / len(x) for x in (one, other)]
    if sum(parts) == 0:
        raise SettingError("welch", "values that vary", "none that do")
    t = float((one.mean() - other.mean()) / sqrt(sum(parts)))
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(x) - 1) for part, x in zip(parts, (one, other), strict=True)
    )
    return Verdict(t, beta_below(freedom / 2, 0.5, float(freedom / (freedom + t**2))))


def proportions(successes: tuple[int, int], trials: tuple[int, int]) -> Verdict:
    """Whether two shares are one, by the normal approximation with a pooled variance."""
    one, other = (s / n for s, n in zip(successes, trials, strict=True))
    pooled = sum(successes) / sum(trials)
    if pooled in (0.0, 1.0):
        raise SettingError("proportions", "successes and failures", successes)
    z = (one - other) / sqrt(pooled * (1 - pooled) * sum(1 / n for n in trials))
    return Verdict(z, 2 * Gaussian(0, 1).below(-abs(z)))


def independence(table: Array) -> Verdict:
    """Whether rows and columns of counts are independent: Pearson's χ², without correction.

    Raises:
        SettingError: a row or a column is empty.
    """
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    if not (expected > 0).all():
        raise SettingError("independence", "counts in every row and column", table.tolist())
    statistic = float(((table - expected) ** 2 / expected).sum())
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    return Verdict(statistic, 1 - gamma_below(freedom / 2, statistic / 2))


def permutation(one: Array, other: Array, draws: int = 9999, seed: int = 0) -> Verdict:
    """Whether two samples have one mean, by shuffling who belongs where (Fisher 1935)."""
    both, size = np.concatenate([one, other]), len(one)
    random = np.random.default_rng(seed)
    shuffled = random.permuted(np.tile(both, (draws, 1)), axis=1)
    differences = shuffled[:, :size].mean(axis=1) - shuffled[:, size:].mean(axis=1)
    seen = float(one.mean() - other.mean())
    far = int((np.abs(differences) >= abs(seen) - 1e-12).sum())
    return Verdict(seen, (far + 1) / (draws + 1))


def kolmogorov(sample: Array, below: Array) -> float:
    """The largest distance between the sample's steps and a distribution.

    Args:
        below: P(X ≤ x) at each value of the sample in ascending order.
    """
    steps = np.arange(len(sample) + 1) / len(sample)
    return float(max((steps[1:] - below).max(), (below - steps[:-1]).max()))
