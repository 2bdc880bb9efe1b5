"""What windows add up, count and look for: integers, so that no order of addition can matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from penstock.features.errors import ColumnUnfit

if TYPE_CHECKING:
    import pandas as pd

    from penstock.features.gathered import Table
    from penstock.features.measures import Measure, Usual
    from penstock.features.moment import Moment

Array = np.ndarray[Any, Any]

EXACT = 2.0**53
"""Whole numbers below it are floats, too."""


class Value(Protocol):
    """An integer of each row; hashable."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Columns that it comes of."""

    @property
    def per_unit(self) -> int:
        """Integers that make one unit: 100 for cents."""

    @property
    def needs_label(self) -> int | None:
        """It is 0 where the label, which is known only later, is not this; None for no label."""

    @property
    def usuals(self) -> tuple[Usual, ...]:
        """What it compares a row with."""

    @property
    def says(self) -> str:
        """What it is, for a person."""

    def of_table(self, table: Table) -> Array:
        """int64 [rows]."""

    def of_event(self, moment: Moment) -> int:
        """That of a row that comes, whatever its label will be."""


@dataclass(frozen=True)
class Money:
    """Amounts in minor units, each rounded on its own."""

    column: str
    per_unit: int = 100
    needs_label: ClassVar[None] = None
    usuals: ClassVar[tuple[Usual, ...]] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def says(self) -> str:
        return self.column

    def of_table(self, table: Table) -> Array:
        return self.of_column(table.column(self.column))

    def of_event(self, moment: Moment) -> int:
        expected, found = "a finite amount of money", moment.column(self.column)
        try:
            units = float(minor_units(float(found), self.per_unit))
        except (TypeError, ValueError):
            raise ColumnUnfit(self.column, expected, repr(found)) from None
        if not abs(units) < EXACT:
            raise ColumnUnfit(self.column, expected, repr(found))
        return int(units)

    def of_column(self, column: pd.Series[Any]) -> Array:
        """int64 [rows].

        Raises:
            ColumnUnfit: an amount is no number, NaN or infinite, or it or the sum is too large.
        """
        expected = "finite amounts of money"
        try:
            amounts = column.to_numpy(np.float64, na_value=np.nan)
        except (TypeError, ValueError) as problem:
            raise ColumnUnfit(self.column, expected, str(problem)) from None
        units = minor_units(amounts, self.per_unit)
        sizes = np.abs(units)
        if not (sizes.sum() < 2**62 and (sizes < EXACT).all()):  # put so that NaN fails it, too
            odd = int((~np.isfinite(units)).sum())
            found = f"{odd} that are not" if odd else "one beyond 53 or a sum beyond 62 bits"
            raise ColumnUnfit(self.column, expected, found)
        integers: Array = units.astype(np.int64)
        return integers


@dataclass(frozen=True)
class Label:
    """1 where the label is known to be `of`; 0 where it is the other one or not known yet."""

    column: str
    of: int = 1
    per_unit: ClassVar[int] = 1
    usuals: ClassVar[tuple[Usual, ...]] = ()

    @property
    def needs_label(self) -> int:
        return self.of

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def says(self) -> str:
        return f"{self.column} {self.of}"

    def of_table(self, table: Table) -> Array:
        return self.of_column(table.column(self.column))

    def of_event(self, moment: Moment) -> int:
        return 1

    def of_column(self, column: pd.Series[Any]) -> Array:
        """int64 [rows]."""
        known: Array = column.fillna(1 - self.of).to_numpy(np.int64)
        marks: Array = (known == self.of).astype(np.int64)
        return marks


@dataclass(frozen=True)
class Above:
    """1 where a measure of the row itself lies above `limit`."""

    measure: Measure = field(hash=False)  # a stream looks values up: their hash is to be short
    limit: float
    per_unit: ClassVar[int] = 1
    needs_label: ClassVar[None] = None

    @property
    def usuals(self) -> tuple[Usual, ...]:
        return self.measure.usuals

    @property
    def reads(self) -> tuple[str, ...]:
        return self.measure.reads

    @property
    def says(self) -> str:
        return f"{self.measure.says} > {self.limit:g}"

    def of_table(self, table: Table) -> Array:
        return (table.measure(self.measure) > self.limit).astype(np.int64)

    def of_event(self, moment: Moment) -> int:
        return int(moment.measure(self.measure) > self.limit)


@dataclass(frozen=True)
class Unexplained:
    """1 where the label is known to be 1 and none of `reasons` holds for the row."""

    label: Label
    reasons: tuple[Above, ...] = field(hash=False)
    per_unit: ClassVar[int] = 1

    @property
    def needs_label(self) -> int:
        return self.label.of

    @property
    def usuals(self) -> tuple[Usual, ...]:
        return tuple(usual for reason in self.reasons for usual in reason.usuals)

    @property
    def reads(self) -> tuple[str, ...]:
        return (*self.label.reads, *(name for one in self.reasons for name in one.reads))

    @property
    def says(self) -> str:
        return f"{self.label.says}, but not {' or '.join(one.says for one in self.reasons)},"

    def of_table(self, table: Table) -> Array:
        marks: Array = table.values(self.label)
        for reason in self.reasons:
            marks = np.where(table.values(reason) == 0, marks, 0)
        return marks

    def of_event(self, moment: Moment) -> int:
        return int(not any(moment.value(reason) for reason in self.reasons))


def minor_units(amount: Any, per_unit: int) -> Any:
    """An amount of money, or an array of them, in whole minor units (still as float64)."""
    return np.rint(amount * per_unit)
