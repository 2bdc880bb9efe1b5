"""An interval that holds at all times at once, so that it may be looked at every day.

The mixture sequential probability ratio test with a normal mixture: Robbins, Statistical Methods
Related to the Law of the Iterated Logarithm, Annals of Mathematical Statistics 41, 1970; for A/B
tests Johari, Koomen, Pekelis, Walsh, Always Valid Inference, Operations Research 70, 2022, section
4; that it holds for means of any distribution as they become normal: Waudby-Smith, Arbour, Sinha,
Kennedy, Ramdas, Time-uniform Central Limit Theory and Asymptotic Confidence Sequences, Annals of
Statistics 52, 2024.
"""

from __future__ import annotations

import math
from statistics import NormalDist


def half_width(variance: float, effect: float, alpha: float) -> float:
    """Half the interval's width around a difference with that variance.

    With the ratio Λ = √(V / (V + τ²)) exp(τ² d² / (2 V (V + τ²))) the interval holds what Λ < 1/α
    says of; the mixture's standard deviation τ is `effect`, where the test is to be quickest. The
    chance that any of these intervals ever misses the truth is `alpha` at most.

    Args:
        variance: of the difference as it is estimated now, V.
    """
    if math.isinf(variance):
        return math.inf
    if variance == 0:
        return 0.0
    mixture = effect**2
    spread = variance * (variance + mixture) / mixture
    return math.sqrt(spread * (2 * math.log(1 / alpha) + math.log1p(mixture / variance)))


def p_value(difference: float, variance: float, effect: float) -> float:
    """The smallest alpha whose interval leaves out 0 now; it may be looked at every day."""
    if math.isinf(variance):
        return 1.0
    if variance == 0:
        return float(difference == 0)
    mixture = effect**2
    squared = mixture * difference**2 / (2 * variance * (variance + mixture))
    return min(1.0, math.exp(min(0.0, 0.5 * math.log1p(mixture / variance) - squared)))


def power(variance: float, effect: float, alpha: float) -> float:
    """The chance that the interval leaves out 0 now, if the true difference is `effect`."""
    if variance == 0 or math.isinf(variance):
        return float(variance == 0)
    reach = effect - half_width(variance, effect, alpha)
    return NormalDist().cdf(reach / math.sqrt(variance))


def variance_for(effect: float, alpha: float, chance: float) -> float:
    """The variance at which `power` is `chance`, which is at least a half."""
    low, high = 0.0, effect**2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if power(middle, effect, alpha) >= chance else (low, middle)
    return low
