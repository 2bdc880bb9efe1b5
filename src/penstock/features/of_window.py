"""Features that count, add up, or take the share or the largest of what a window holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from penstock.features.errors import FeatureDefinitionError
from penstock.features.feature import Feature
from penstock.features.gathered import Table
from penstock.features.kernel import Windowed
from penstock.features.layout import Ask, Keep, Layout, What
from penstock.features.measures import Measure
from penstock.features.values import Label, Money, Value

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Earlier:
    """How many rows of the entity came before, ever."""

    name: str
    entity: str

    @property
    def feature(self) -> Feature:
        says = f"earlier transactions of the {self.entity}"
        return Feature(self.name, "int32", says, self.entity)

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.entity,)

    @property
    def keeps(self) -> tuple[Keep, ...]:
        return (Keep(self.entity),)

    def batch(self, table: Table) -> Array:
        from penstock.features import windows

        rows = table.entity(self.entity)
        return windows.window_counts(rows.order, rows.begins + 1, rows.edge(0))

    def ask(self, layout: Layout) -> Ask:
        return Ask(What.EARLIER, 0, 0, layout.source(None), 1, 0)


@dataclass(frozen=True)
class Count(Windowed):
    """How many rows the window holds."""

    @property
    def says(self) -> str:
        return f"transactions of the {self.entity}"

    def batch(self, table: Table) -> Array:
        from penstock.features import windows

        return windows.window_counts(table.entity(self.entity).order, *self.window(table))

    def ask(self, layout: Layout) -> Ask:
        return self.asked(What.COUNT, layout)


@dataclass(frozen=True)
class Total(Windowed):
    """What the values of the window's rows add up to: how many of them are marked, mostly."""

    value: Value = field(kw_only=True)

    @property
    def values(self) -> tuple[Value, ...]:
        return (self.value,)

    @property
    def says(self) -> str:
        return f"transactions of the {self.entity} with {self.value.says}"

    def batch(self, table: Table) -> Array:
        from penstock.features import windows

        totals = table.totals(self.entity, self.value)
        order = table.entity(self.entity).order
        return windows.window_totals(order, *self.window(table), totals)

    def ask(self, layout: Layout) -> Ask:
        return self.asked(What.TOTAL, layout, self.value)


@dataclass(frozen=True)
class MeanAmount(Windowed):
    """Mean of the window's money; 0 for an empty window."""

    amount: Money = field(kw_only=True)
    dtype: ClassVar[str] = "float64"

    @property
    def values(self) -> tuple[Value, ...]:
        return (self.amount,)

    @property
    def says(self) -> str:
        return f"mean {self.amount.says} of the {self.entity}"

    def batch(self, table: Table) -> Array:
        return _shares(self, self.amount, table)

    def ask(self, layout: Layout) -> Ask:
        return self.asked(What.SHARE, layout, self.amount, self.amount.per_unit)


@dataclass(frozen=True)
class Risk(Windowed):
    """Share of positive labels among the window's rows; 0 for an empty window."""

    label: Label = field(kw_only=True)
    dtype: ClassVar[str] = "float64"

    @property
    def values(self) -> tuple[Value, ...]:
        return (self.label,)

    @property
    def says(self) -> str:
        return f"share with {self.label.says} among the transactions of the {self.entity}"

    def batch(self, table: Table) -> Array:
        return _shares(self, self.label, table)

    def ask(self, layout: Layout) -> Ask:
        return self.asked(What.SHARE, layout, self.label, self.label.per_unit)


@dataclass(frozen=True)
class Largest(Windowed):
    """The largest measure in a window that ends at the row and holds it."""

    measure: Measure = field(kw_only=True)
    dtype: ClassVar[str] = "float64"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.delay_days:
            problem = "a window that may be empty has no largest value"
            raise FeatureDefinitionError(self.name, problem, "leave delay_days out")

    @property
    def says(self) -> str:
        return f"largest {self.measure.says}"

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.entity, *self.measure.reads)

    def batch(self, table: Table) -> Array:
        from penstock.features import windows

        starts, _ = self.window(table)
        order = table.entity(self.entity).order
        return windows.window_largest(order, starts, table.measure(self.measure))

    @property
    def keeps(self) -> tuple[Keep, ...]:
        usuals = tuple(Keep(usual.entity, usuals=(usual,)) for usual in self.measure.usuals)
        return (Keep(self.entity, self.days, measures=(self.measure,)), *usuals)

    def ask(self, layout: Layout) -> Ask:
        return self.asked(What.LARGEST, layout, self.measure)


def _shares(kernel: Windowed, value: Value, table: Table) -> Array:
    from penstock.features import windows

    totals, order = table.totals(kernel.entity, value), table.entity(kernel.entity).order
    return windows.window_shares(order, *kernel.window(table), totals, value.per_unit)
