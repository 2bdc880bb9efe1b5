"""What every kind of feature offers, and what all that look at a window have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from penstock.features.errors import FeatureDefinitionError
from penstock.features.feature import Feature
from penstock.features.gathered import Table
from penstock.features.layout import Ask, Keep, Layout, What
from penstock.features.values import Value

if TYPE_CHECKING:
    from penstock.features.measures import Measure
    from penstock.features.moment import Moment

Array = np.ndarray[Any, Any]


class Kernel(Protocol):
    """One feature and how it is computed."""

    @property
    def feature(self) -> Feature: ...
    @property
    def reads(self) -> tuple[str, ...]:
        """Columns whose values (not times) enter the feature."""

    @property
    def keeps(self) -> tuple[Keep, ...]:
        """What a stream keeps for it."""

    def batch(self, table: Table) -> Array:
        """[rows], in the table's order; row i looks at rows 0 … i only."""


@runtime_checkable
class OfRow(Kernel, Protocol):
    """A feature that is told before its row is kept."""

    def now(self, moment: Moment) -> float:
        """Bit for bit what `batch` gives the row that has come."""


@runtime_checkable
class OfKept(Kernel, Protocol):
    """A feature of what is kept of one entity, the row that has come being the last of it."""

    @property
    def entity(self) -> str: ...
    def ask(self, layout: Layout) -> Ask:
        """What is to be told of the rows: bit for bit what `batch` gives the last of them."""


@dataclass(frozen=True)
class Windowed(ABC):
    """A feature of the entity's rows in (t - delay - days, t - delay].

    At delay 0 one's own row is the last of them. Where labels are looked at the delay is at least
    a day: without one the window would hold the row's own label.
    """

    name: str
    entity: str
    days: int
    delay_days: int = 0

    dtype: ClassVar[str] = "int32"

    def __post_init__(self) -> None:
        if self.days < 1:
            problem = f"a window of {self.days} days"
            raise FeatureDefinitionError(self.name, problem, "give days >= 1")
        least = 1 if self.labelled else 0
        if self.delay_days < least:
            problem = f"a delay of {self.delay_days} days shows it what is not known yet"
            raise FeatureDefinitionError(self.name, problem, f"give delay_days >= {least}")

    @property
    def values(self) -> tuple[Value, ...]:
        """What it looks at besides times."""
        return ()

    @property
    def labelled(self) -> bool:
        return any(value.needs_label is not None for value in self.values)

    @property
    @abstractmethod
    def says(self) -> str:
        """What it tells of a window, for a person."""

    @property
    def feature(self) -> Feature:
        age = self.delay_days if self.labelled else None
        says = f"{self.says} {span(self.days, self.delay_days)}"
        return Feature(self.name, self.dtype, says, self.entity, self.days, age)

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.entity, *(name for value in self.values for name in value.reads))

    def window(self, table: Table) -> tuple[Array, Array]:
        """int32 [rows] twice, gathered: where each row's window starts, and the place after it."""
        rows = table.entity(self.entity)
        return rows.edge(self.delay_days + self.days), rows.edge(self.delay_days)

    @property
    def keeps(self) -> tuple[Keep, ...]:
        usuals = tuple(usual for value in self.values for usual in value.usuals)
        own = Keep(self.entity, self.delay_days + self.days, self.values)
        return (own, *(Keep(usual.entity, usuals=(usual,)) for usual in usuals))

    def asked(
        self, what: What, layout: Layout, of: Value | Measure | None = None, per_unit: int = 1
    ) -> Ask:
        """That `what` of the window; `delay + days` where it has no marked row."""
        none = self.delay_days + self.days
        return Ask(what, self.days, self.delay_days, layout.source(of), per_unit, none)

    @abstractmethod
    def batch(self, table: Table) -> Array: ...
    @abstractmethod
    def ask(self, layout: Layout) -> Ask: ...


def span(days: int, delay_days: int) -> str:
    length = "1 day" if days == 1 else f"{days} days"
    return f"in the last {length}" + (f" that ended {delay_days} days ago" if delay_days else "")
