"""Which features follow from the amount of their own row, told by their definitions."""

from __future__ import annotations

from collections.abc import Iterator

from penstock.core.lever import Follower, Lever
from penstock.features.featureset import FeatureSet
from penstock.features.kernel import Kernel
from penstock.features.measures import Relative, Usual
from penstock.features.of_labels import DaysSinceFirst, DaysSinceLast, DaysSinceStreak
from penstock.features.of_row import Column, Measured
from penstock.features.of_window import Count, Earlier, Largest, MeanAmount, Total
from penstock.features.values import Above, Money


def lever_of(features: FeatureSet, money: Money) -> Lever:
    """How the features of a row would change with its own `money`.

    A feature that another one would be computed by, and that the set lacks, leaves a name that
    no input has: no amount is told of then.
    """
    return Lever(money.column, money.per_unit, tuple(_followers(features.kernels, money)))


def none_values(features: FeatureSet) -> dict[str, float]:
    """Feature → the value that stands for “there was none”."""
    aged = (DaysSinceFirst, DaysSinceLast, DaysSinceStreak)
    return {
        one.name: float(one.delay_days + one.days)
        for one in features.kernels
        if isinstance(one, aged)
    }


def _followers(kernels: tuple[Kernel, ...], money: Money) -> Iterator[Follower]:
    counts = {(k.entity, k.days): k.name for k in kernels if _own_window(k, Count)}
    earlier = {k.entity: k.name for k in kernels if isinstance(k, Earlier)}
    measured = {k.measure: k.name for k in kernels if isinstance(k, Measured)}
    for one in kernels:
        match one:
            case Column(name=money.column):
                yield Follower(one.name, "itself")
            case MeanAmount(amount=amount, delay_days=0) if amount == money:
                count = counts.get((one.entity, one.days), "")
                yield Follower(one.name, "mean", by=count)
            case Measured(measure=Usual(money=usual)) if usual == money:
                yield Follower(one.name, "usual", by=earlier.get(one.measure.entity or "", ""))
            case Measured(measure=Relative(usual=Usual(money=usual))) if usual == money:
                yield Follower(one.name, "relative", by=earlier.get(one.measure.entity or "", ""))
