"""Features of when labels were what: the streak of latest positives, ages of marked rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from penstock.features.gathered import Table
from penstock.features.kernel import Windowed
from penstock.features.layout import Ask, Layout, What
from penstock.features.values import Label, Value

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Streak(Windowed):
    """How many of the window's latest known labels are positive, up to the last negative one."""

    label: str = field(kw_only=True)

    @property
    def values(self) -> tuple[Value, ...]:
        return (Label(self.label), Label(self.label, 0))

    @property
    def says(self) -> str:
        return f"latest transactions of the {self.entity} that all have {self.label} 1,"

    def batch(self, table: Table) -> Array:
        from penstock.features import windows

        positive, _ = self.values
        starts, ends = after_latest_negative(self, table)
        totals = table.totals(self.entity, positive)
        return windows.window_totals(table.entity(self.entity).order, starts, ends, totals)

    def ask(self, layout: Layout) -> Ask:
        return self.asked(What.STREAK, layout, self.values[0])


@dataclass(frozen=True)
class DaysSinceStreak(Windowed):
    """Days since the first row of the `Streak`; `delay + days` where there is none."""

    label: str = field(kw_only=True)
    dtype: ClassVar[str] = "float64"

    @property
    def values(self) -> tuple[Value, ...]:
        return (Label(self.label), Label(self.label, 0))

    @property
    def says(self) -> str:
        return f"days since the streak of latest {self.label} 1 at the {self.entity} began"

    def batch(self, table: Table) -> Array:
        positive, _ = self.values
        return _since_first(self, table, positive, *after_latest_negative(self, table))

    def ask(self, layout: Layout) -> Ask:
        return self.asked(What.SINCE_STREAK, layout, self.values[0])


@dataclass(frozen=True)
class DaysSinceLast(Windowed):
    """Days since the window's last marked row; `delay + days` where there is none."""

    mark: Value = field(kw_only=True)
    dtype: ClassVar[str] = "float64"

    @property
    def values(self) -> tuple[Value, ...]:
        return (self.mark,)

    @property
    def says(self) -> str:
        return f"days since the last transaction of the {self.entity} with {self.mark.says}"

    def batch(self, table: Table) -> Array:
        from penstock.features import windows

        rows, latest = table.entity(self.entity), table.latest(self.entity, self.mark)
        none = float(self.delay_days + self.days)
        return windows.days_since_last(rows.order, rows.times, *self.window(table), latest, none)

    def ask(self, layout: Layout) -> Ask:
        return self.asked(What.SINCE_LAST, layout, self.mark)


@dataclass(frozen=True)
class DaysSinceFirst(Windowed):
    """Days since the window's first marked row; `delay + days` where there is none."""

    mark: Value = field(kw_only=True)
    dtype: ClassVar[str] = "float64"

    @property
    def values(self) -> tuple[Value, ...]:
        return (self.mark,)

    @property
    def says(self) -> str:
        return f"days since the first transaction of the {self.entity} with {self.mark.says}"

    def batch(self, table: Table) -> Array:
        return _since_first(self, table, self.mark, *self.window(table))

    def ask(self, layout: Layout) -> Ask:
        return self.asked(What.SINCE_FIRST, layout, self.mark)


def after_latest_negative(kernel: Streak | DaysSinceStreak, table: Table) -> tuple[Array, Array]:
    """The window without what lies before its last known negative, and that one itself."""
    from penstock.features import windows

    starts, ends = kernel.window(table)
    _, negative = kernel.values
    return windows.after_latest(starts, ends, table.latest(kernel.entity, negative)), ends


def _since_first(kernel: Windowed, table: Table, mark: Value, starts: Array, ends: Array) -> Array:
    from penstock.features import windows

    rows, following = table.entity(kernel.entity), table.following(kernel.entity, mark)
    none = float(kernel.delay_days + kernel.days)
    return windows.days_since_first(rows.order, rows.times, starts, ends, following, none)
