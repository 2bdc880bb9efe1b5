"""Why a row has its score, in words: the groups of inputs that moved it most, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
        values: every input that the book's templates name, and `inputs`.
    """
    shares: dict[str, list[tuple[float, str]]] = {}
    sums: dict[str, float] = {}
    for name, share in zip(inputs, contributions, strict=True):
        group = book.group_of(name)[0]
        if group not in sums:
            shares[group], sums[group] = [], 0.0
        shares[group].append((share, name))
        sums[group] += share
    order = sorted(sums, key=lambda group: (-sums[group], group))
    least = LEAST * sum(max(total, 0.0) for total in sums.values())
    chosen = [group for group in order if sums[group] > least][:most]
    chosen += [group for group in order[-1:] if sums[group] < 0]
    said = []
    for group in chosen:
        strongest = max if sums[group] > 0 else min
        phrase = book.group_of(strongest(shares[group])[1])[1]
        known = {name: values.get(name, float("nan")) for name in phrase.names()}
        said.append(Reason(group, phrase.fill(known, currency), sums[group]))
    rest = sum(share for group, share in sums.items() if group not in chosen)
    return Reasons(tuple(said), rest, base)


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
