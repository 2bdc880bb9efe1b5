"""Which features follow from the amount of their own row, told by their definitions."""

from __future__ import annotations

from penstock.core.lever import Follower, Lever
from penstock.features.featureset import FeatureSet
from penstock.features.kernel import Kernel, Windowed
from penstock.features.measures import Amount, Relative, Usual
from penstock.features.of_labels import DaysSinceFirst, DaysSinceLast, DaysSinceStreak
from penstock.features.of_row import Column, Measured
from penstock.features.of_window import Count, Earlier, Largest, MeanAmount, Total
from penstock.features.values import Above, Money

ABSENT = "(a feature that the set lacks)"


def lever_of(features: FeatureSet, money: Money) -> Lever:
    """How the features of a row would change with its own `money`.

    Where one follows from it in a way that no rule tells, or by what the set lacks, it names an
    input that no model has: nothing is told then of any model that sees it.
    """
    set_ = _Set(features.kernels, money)
    followers = (set_.follower(kernel) for kernel in features.kernels)
    return Lever(money.column, money.per_unit, tuple(one for one in followers if one))


def none_values(features: FeatureSet) -> dict[str, float]:
    """Feature → the value that stands for “there was none”."""
    aged = (DaysSinceFirst, DaysSinceLast, DaysSinceStreak)
    return {
        one.name: float(one.delay_days + one.days)
        for one in features.kernels
        if isinstance(one, aged)
    }


class _Set:
    """The kernels that others are computed by, looked up once."""

    def __init__(self, kernels: tuple[Kernel, ...], money: Money) -> None:
        self.money = money
        self.counts = {
            (one.entity, one.days): one.name
            for one in kernels
            if isinstance(one, Count) and not one.delay_days
        }
        self.earlier = {one.entity: one.name for one in kernels if isinstance(one, Earlier)}
        self.measured = {one.measure: one.name for one in kernels if isinstance(one, Measured)}

    def follower(self, kernel: Kernel) -> Follower | None:
        """The rule of a feature; None where the amount of its row is nothing to it."""
        name = kernel.feature.name
        ended = isinstance(kernel, Windowed) and kernel.delay_days > 0
        if ended or self.money.column not in kernel.reads:
            return None
        match kernel:
            case Column() | Measured(measure=Amount(money=self.money)):
                found = Follower(name, "itself")
            case Measured(measure=Usual(money=self.money, entity=entity)):
                found = Follower(name, "usual", self.earlier.get(entity, ABSENT))
            case Measured(measure=Relative(usual=Usual(money=self.money, entity=entity))):
                found = Follower(name, "relative", self.earlier.get(entity, ABSENT))
            case MeanAmount(amount=self.money, entity=entity, days=days):
                found = Follower(name, "mean", self.counts.get((entity, days), ABSENT))
            case Total(value=Above(measure=measure, limit=limit)):
                found = Follower(name, "above", self.measured.get(measure, ABSENT), limit)
            case Largest(measure=measure, entity=entity, days=days):
                by = self.measured.get(measure, ABSENT)
                found = Follower(name, "largest", by, rows=self.counts.get((entity, days), ABSENT))
            case _:
                found = Follower(name, "itself", ABSENT)
        return found
