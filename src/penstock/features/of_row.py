"""Features of a row alone: a column, the clock, a measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.features.errors import ColumnUnfit
from penstock.features.feature import Feature
from penstock.features.gathered import Table
from penstock.features.measures import Measure

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

    def batch(self, table: Table) -> Array:
        return table.measure(self.measure)
