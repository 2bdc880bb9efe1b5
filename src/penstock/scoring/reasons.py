"""Why a row has its score, in words: the groups of inputs that moved it most, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from penstock.scoring.currency import Currency
from penstock.scoring.phrases import Phrasebook

MOST = 4
LEAST = 0.03  # of all that raises a score; what adds less is part of the rest


@dataclass(frozen=True)
class Reason:
    """What a group of inputs says, and what they add to the margin together."""

    group: str
    says: str
    contribution: float


@dataclass(frozen=True)
class Reasons:
    """The reasons of one row: their contributions, `rest` and `base` sum to its margin.

    Attributes:
        reasons: those that raise the score, the strongest first; then, of those that lower it,
            the strongest.
        rest: what all other inputs add.
        base: the margin of a row of which nothing is known.
    """

    reasons: tuple[Reason, ...]
    rest: float
    base: float

    @property
    def margin(self) -> float:
        return sum(one.contribution for one in self.reasons) + self.rest + self.base

    def in_words(self) -> str:
        """What raises the score, in one sentence; the figures are shares of its log-odds."""
        raising = [one for one in self.reasons if one.contribution > 0]
        if not raising:
            return "nothing raises its score"
        return "; ".join(f"{one.says} (+{one.contribution:.1f})" for one in raising)


def reasons(
    book: Phrasebook,
    inputs: Sequence[str],
    contributions: Sequence[float],
    base: float,
    values: Mapping[str, float],
    currency: Currency,
    most: int = MOST,
) -> Reasons:
    """The `most` strongest reasons for a score and the strongest one against it.

    A group speaks through the input that adds most in the direction of the group's sum.

    Args:
        inputs, contributions: names, and what each adds to the margin.
        values: of `inputs`, and of others that templates name.
    """
    shares = np.asarray(contributions, dtype=np.float64)
    groups = book.grouped(inputs)
    sums = groups.sums(shares)
    order = np.argsort(-sums, kind="stable").tolist()
    each = sums.tolist()
    least = LEAST * sum(one for one in each if one > 0)
    raising = [group for group in order[:most] if each[group] > least]
    against = [group for group in order[-1:] if each[group] < 0]
    said = []
    for group in raising + against:
        phrase = groups.speaker(group, shares, raises=each[group] > 0)
        said.append(Reason(groups.names[group], phrase.fill(values, currency), each[group]))
    others = order[len(raising) : len(order) - len(against)]
    return Reasons(tuple(said), sum([each[group] for group in others]), base)


def would_pass(passes_from: float, passes_below: float, currency: Currency) -> str:
    """What `counterfactual.passing` found of a row, in words; nothing where it told nothing."""
    if passes_below != passes_below:  # noqa: PLR0124  # NaN
        return ""
    if not passes_below:
        return "no smaller amount would pass"
    below = currency.say(passes_below)
    if not passes_from:
        return f"would pass below {below}"
    return f"would pass from {currency.say(passes_from)} to below {below}"
