"""The kinds of feature a set can be made of: a column, a clock, a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from penstock.features.errors import ColumnUnfit, FeatureDefinitionError
from penstock.features.feature import Feature
from penstock.features.gathered import Table
from penstock.features.values import Label, Money, Value

Array = np.ndarray[Any, Any]


class Kernel(Protocol):
    """One feature and how it is computed."""

    @property
    def feature(self) -> Feature: ...
    @property
    def reads(self) -> tuple[str, ...]:
        """Columns whose values (not times) enter the feature."""

    def batch(self, table: Table) -> Array:
        """[rows], in the table's order; row i looks at rows 0 … i only."""


@dataclass(frozen=True)
class Column:
    """A column of the table as it is."""

    name: str
    description: str
    dtype: str = "float64"

    @property
    def feature(self) -> Feature:
        return Feature(self.name, self.dtype, self.description)

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.name,)

    def batch(self, table: Table) -> Array:
        column = table.column(self.name)
        try:
            return column.to_numpy(self.dtype, copy=True)
        except (TypeError, ValueError) as problem:
            raise ColumnUnfit(self.name, f"values of dtype {self.dtype}", str(problem)) from None


@dataclass(frozen=True)
class Clock:
    """A yes or no about the moment: `test` maps microseconds since 1970 to 0 or 1."""

    name: str
    test: Callable[[Any], Any]
    description: str

    @property
    def feature(self) -> Feature:
        return Feature(self.name, "int8", self.description)

    @property
    def reads(self) -> tuple[str, ...]:
        return ()

    def batch(self, table: Table) -> Array:
        return np.asarray(self.test(table.times))


@dataclass(frozen=True)
class Count:
    """Rows of the entity in (t - delay - days, t - delay], one's own included at delay 0."""

    name: str
    entity: str
    days: int
    delay_days: int = 0

    def __post_init__(self) -> None:
        _check_window(self.name, self.days, self.delay_days)

    @property
    def feature(self) -> Feature:
        description = f"transactions of the {self.entity} in {_span(self.days, self.delay_days)}"
        return Feature(self.name, "int32", description, self.entity, self.days)

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.entity,)

    def batch(self, table: Table) -> Array:
        from penstock.features import windows

        rows = table.entity(self.entity)
        ends, starts = rows.edge(self.delay_days), rows.edge(self.delay_days + self.days)
        return windows.window_counts(rows.order, starts, ends)


@dataclass(frozen=True)
class MeanAmount:
    """Mean of a column of money over the entity's rows in (t - days, t], one's own included."""

    name: str
    entity: str
    days: int
    amount: Money

    def __post_init__(self) -> None:
        _check_window(self.name, self.days, 0)

    @property
    def feature(self) -> Feature:
        description = f"mean {self.amount.column} of the {self.entity} in {_span(self.days, 0)}"
        return Feature(self.name, "float64", description, self.entity, self.days)

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.entity, self.amount.column)

    def batch(self, table: Table) -> Array:
        return _shares(table, self.entity, self.amount, self.days, 0)


@dataclass(frozen=True)
class Risk:
    """Share of positive labels among the entity's rows in (t - delay - days, t - delay].

    The delay is at least a day: without one the window would hold the row's own label.
    """

    name: str
    entity: str
    days: int
    delay_days: int
    label: Label

    def __post_init__(self) -> None:
        _check_window(self.name, self.days, self.delay_days, least_delay=1)

    @property
    def feature(self) -> Feature:
        span = _span(self.days, self.delay_days)
        description = f"share of {self.label.column} 1 at the {self.entity} in {span}"
        return Feature(self.name, "float64", description, self.entity, self.days, self.delay_days)

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.entity, self.label.column)

    def batch(self, table: Table) -> Array:
        return _shares(table, self.entity, self.label, self.days, self.delay_days)


def _shares(table: Table, entity: str, value: Value, days: int, delay_days: int) -> Array:
    from penstock.features import windows

    rows, totals = table.entity(entity), table.totals(entity, value)
    ends, starts = rows.edge(delay_days), rows.edge(delay_days + days)
    return windows.window_shares(rows.order, starts, ends, totals, value.per_unit)


def _check_window(name: str, days: int, delay_days: int, least_delay: int = 0) -> None:
    if days < 1:
        raise FeatureDefinitionError(name, f"a window of {days} days", "give days >= 1")
    if delay_days < least_delay:
        problem = f"a delay of {delay_days} days shows it what is not known yet"
        raise FeatureDefinitionError(name, problem, f"give delay_days >= {least_delay}")


def _span(days: int, delay_days: int) -> str:
    length = "1 day" if days == 1 else f"{days} days"
    return f"the last {length}" + (f" that ended {delay_days} days ago" if delay_days else "")
