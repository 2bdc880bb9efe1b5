"""Features of a row alone: a column, the clock, a measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.features.errors import ColumnUnfit
from penstock.features.feature import Feature
from penstock.features.gathered import Table
from penstock.features.layout import Keep
from penstock.features.measures import Measure
from penstock.features.moment import Moment

Array = np.ndarray[Any, Any]


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

    @property
    def keeps(self) -> tuple[Keep, ...]:
        return ()

    def batch(self, table: Table) -> Array:
        column = table.column(self.name)
        try:
            return column.to_numpy(self.dtype, copy=True)
        except (TypeError, ValueError) as problem:
            raise ColumnUnfit(self.name, f"values of dtype {self.dtype}", str(problem)) from None

    def now(self, moment: Moment) -> float:
        found = moment.column(self.name)
        try:
            return float(np.dtype(self.dtype).type(found))
        except (TypeError, ValueError):
            raise ColumnUnfit(self.name, f"a {self.dtype}", repr(found)) from None


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

    @property
    def keeps(self) -> tuple[Keep, ...]:
        return ()

    def batch(self, table: Table) -> Array:
        return np.asarray(self.test(table.times))

    def now(self, moment: Moment) -> float:
        return float(self.test(moment.time))


@dataclass(frozen=True)
class Measured:
    """A measure of the row; `entity` is the one whose earlier rows it looks at."""

    name: str
    measure: Measure

    @property
    def feature(self) -> Feature:
        return Feature(self.name, "float64", self.measure.says, self.measure.entity)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.measure.reads

    @property
    def keeps(self) -> tuple[Keep, ...]:
        return tuple(Keep(usual.entity, usuals=(usual,)) for usual in self.measure.usuals)

    def batch(self, table: Table) -> Array:
        return table.measure(self.measure)

    def now(self, moment: Moment) -> float:
        return moment.measure(self.measure)
