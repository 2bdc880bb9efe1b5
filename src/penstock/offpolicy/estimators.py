"""The value of a policy from the log of another: IPS, SNIPS and doubly robust.

Horvitz and Thompson 1952 (IPS); Swaminathan and Joachims, NeurIPS 2015 (SNIPS); Dudík, Langford
and Li, ICML 2011 (doubly robust); clipped weights: Ionides 2008.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np

from penstock.core.contracts import Array
from penstock.offpolicy.errors import UnfitLog
from penstock.offpolicy.intervals import Method, by_unit, interval
from penstock.offpolicy.log import Log
from penstock.offpolicy.overlap import Overlap, overlap, weights

METHODS: tuple[str, ...] = get_args(Method)


@dataclass(frozen=True)
class Options:
    """How values are estimated.

    Attributes:
        clip: weights count this much at most: less spread, and a bias that is told. None: as
            they are, without bias.
        interval: by the normal approximation or by bootstrap, over units.
        level: how often the interval holds the truth.
        resamples, seed: of the bootstrap.
        most_unseen: share of the new policy's choices that may be in no round of the log.

    Raises:
        UnfitLog: one of them can't be meant.
    """

    clip: float | None = None
    interval: Method = "normal"
    level: float = 0.95
    resamples: int = 1000
    seed: int = 0
    most_unseen: float = 0.05

    def __post_init__(self) -> None:
        fix = "leave it out to clip nothing"
        if self.clip is not None and not self.clip > 0:
            raise UnfitLog("clip", "a weight above 0", str(self.clip), fix)
        if not 0 < self.level < 1:
            raise UnfitLog("level", "a share within 0 and 1", str(self.level), "take 0.95")
        if self.interval not in METHODS:
            wanted = " or ".join(METHODS)
            raise UnfitLog("interval", wanted, repr(self.interval), f"take {METHODS[0]!r}")
        if self.resamples < 1:
            raise UnfitLog("resamples", "1 or more", str(self.resamples), "take 1000")


@dataclass(frozen=True)
class Value:
    """Mean reward of a round under the new policy.

    Attributes:
        low, high: interval of `level`, by `interval`; it doesn't hold the bias of clipping.
        clipped: share of the rounds whose weight was cut.
        bias: what clipping moved the value by in this log: as uncertain as the weights cut.
    """

    estimator: str
    value: float
    low: float
    high: float
    level: float
    interval: Method
    clipped: float
    bias: float
    overlap: Overlap


DEFAULT = Options()


def ips(log: Log, policy: Array, options: Options = DEFAULT) -> Value:
    """Inverse propensity score: mean of weight · reward; no bias, much spread.

    Args:
        policy: chances under the new policy: of the logged actions, [rounds], or of all
            actions, [rounds, actions].

    Raises:
        NoOverlap: the logging policy never did what the new one does.
        UnfitLog: other shapes, or values that can't be.
    """

    def sums(weight: Array) -> tuple[Array, Array]:
        return weight * log.reward, np.ones(len(log))

    return _value("ips", log, policy, sums, options)


def snips(log: Log, policy: Array, options: Options = DEFAULT) -> Value:
    """Self-normalised: weighted mean of the rewards; a bias that goes with 1 / rounds.

    Never outside the rewards, and not moved by a constant added to all of them. Arguments and
    errors as of `ips`.
    """

    def sums(weight: Array) -> tuple[Array, Array]:
        return weight * log.reward, weight

    return _value("snips", log, policy, sums, options)


def doubly_robust(log: Log, policy: Array, expected: Array, options: Options = DEFAULT) -> Value:
    """What a model of rewards expects, set right by the weighted errors it makes in the log.

    No bias where the propensities are right or the model is; less spread the better the model.
    The model must not have been fitted on the round it tells of: see `reward_model`.

    Args:
        policy: chances of all actions under the new policy, [rounds, actions].
        expected: rewards that the model expects of all actions, of the same shape.

    Raises:
        NoOverlap, UnfitLog: as `ips`; `expected` has another shape or isn't finite.
    """
    policy, expected = np.asarray(policy), np.asarray(expected)
    if policy.ndim != 2 or expected.shape != policy.shape or not np.isfinite(expected).all():
        found = f"{list(expected.shape)} beside a policy of {list(policy.shape)}"
        fix = "give chances and finite expected rewards of all actions, in each round"
        raise UnfitLog("expected", "finite [rounds, actions], as the policy", found, fix)
    told = (policy * expected).sum(axis=1)

    def sums(weight: Array) -> tuple[Array, Array]:
        error = log.reward - expected[np.arange(len(log)), log.action]
        return told + weight * error, np.ones(len(log))

    return _value("doubly robust", log, policy, sums, options)


def _value(
    name: str,
    log: Log,
    policy: Array,
    sums: Callable[[Array], tuple[Array, Array]],
    options: Options,
) -> Value:
    """Σ above / Σ below, the two that `sums` makes of the weights."""
    found = overlap(log, policy, options.most_unseen)
    whole = weights(log, policy)
    cut = whole if options.clip is None else np.minimum(whole, options.clip)
    above, below = sums(cut)
    value = above.sum() / below.sum()
    unclipped, its = sums(whole)
    low, high = interval(
        by_unit(above, log.unit),
        by_unit(below, log.unit),
        options.interval,
        options.level,
        options.resamples,
        options.seed,
    )
    return Value(
        name,
        float(value),
        low,
        high,
        options.level,
        options.interval,
        float((cut < whole).mean()),
        float(value - unclipped.sum() / its.sum()),
        found,
    )
