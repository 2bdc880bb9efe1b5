"""Numbers of a row: what it holds, and how that compares with its entity's earlier rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from penstock.features.errors import FeatureDefinitionError
from penstock.features.usual import relative_of, usual_of
from penstock.features.values import Money

if TYPE_CHECKING:
    from penstock.features.gathered import Table
    from penstock.features.moment import Moment

Array = np.ndarray[Any, Any]


class Measure(Protocol):
    """A float of each row, known when the row comes; hashable."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Columns that it comes of."""

    @property
    def entity(self) -> str | None:
        """The column whose earlier rows it looks at; None where it looks at the row alone."""

    @property
    def says(self) -> str:
        """What it is, for a person."""

    @property
    def usuals(self) -> tuple[Usual, ...]:
        """What it compares a row with."""

    def of_table(self, table: Table) -> Array:
        """float64 [rows]."""

    def of_event(self, moment: Moment) -> float:
        """That of a row that comes."""


@dataclass(frozen=True)
class Amount:
    """The money of the row."""

    money: Money
    entity: ClassVar[None] = None
    usuals: ClassVar[tuple[Usual, ...]] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        return self.money.reads

    @property
    def says(self) -> str:
        return self.money.column

    def of_table(self, table: Table) -> Array:
        units: Array = table.values(self.money) / self.money.per_unit
        return units

    def of_event(self, moment: Moment) -> float:
        return moment.value(self.money) / self.money.per_unit


@dataclass(frozen=True)
class Usual:
    """A quantile of the money of the entity's earlier rows; of the row itself where none is.

    Linear between neighbours, as NumPy's quantile; exact but for one rounding.
    """

    entity: str
    money: Money = field(hash=False)
    percent: int = 50

    def __post_init__(self) -> None:
        if not 0 < self.percent < 100:
            problem = f"a quantile at {self.percent} percent"
            raise FeatureDefinitionError(self.says, problem, "give 0 < percent < 100")

    @property
    def usuals(self) -> tuple[Usual, ...]:
        return (self,)

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.entity, self.money.column)

    @property
    def says(self) -> str:
        which = "median" if self.percent == 50 else f"{self.percent} % quantile"
        return f"{which} of the {self.entity}'s earlier {self.money.column}s"

    def of_table(self, table: Table) -> Array:
        made: Array = usual_of(table.quantiles(self), self.money.per_unit)
        return made

    def of_event(self, moment: Moment) -> float:
        return float(usual_of(moment.quantile(self), self.money.per_unit))


@dataclass(frozen=True)
class Relative:
    """The money of the row by what is usual, which counts as one minor unit at least."""

    usual: Usual

    @property
    def entity(self) -> str:
        return self.usual.entity

    @property
    def usuals(self) -> tuple[Usual, ...]:
        return (self.usual,)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.usual.reads

    @property
    def says(self) -> str:
        return f"{self.usual.money.column} / {self.usual.says}"

    def of_table(self, table: Table) -> Array:
        values = table.values(self.usual.money)
        made: Array = relative_of(values, table.quantiles(self.usual))
        return made

    def of_event(self, moment: Moment) -> float:
        value, quantile = moment.value(self.usual.money), moment.quantile(self.usual)
        return float(relative_of(value, quantile))
