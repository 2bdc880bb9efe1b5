"""Features of when labels were what: the streak of latest positives, ages of marked rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from penstock.features.gathered import Table
from penstock.features.kernel import Windowed
from penstock.features.moment import Moment
from penstock.features.values import Label, Value

if TYPE_CHECKING:
    from penstock.features.kept import Kept

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

    def now(self, moment: Moment) -> float:
        positive, _ = self.values
        rows, start, end = streak_now(self, moment)
        return float(rows.total(positive, start, end))


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

    def now(self, moment: Moment) -> float:
        positive, _ = self.values
        rows, start, end = streak_now(self, moment)
        return _since(self, rows, rows.first(positive, start, end), start, end)


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

    def now(self, moment: Moment) -> float:
        rows, start, end = self.window_now(moment)
        return _since(self, rows, rows.latest(self.mark, start, end), start, end)


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

    def now(self, moment: Moment) -> float:
        rows, start, end = self.window_now(moment)
        return _since(self, rows, rows.first(self.mark, start, end), start, end)


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


def streak_now(kernel: Streak | DaysSinceStreak, moment: Moment) -> tuple[Kept, int, int]:
    """As `after_latest_negative`, of the row that has come."""
    rows, start, end = kernel.window_now(moment)
    _, negative = kernel.values
    return rows, rows.latest(negative, start, end) + 1, end


def _since(kernel: Windowed, rows: Kept, place: int, start: int, end: int) -> float:
    from penstock.features import windows

    if not start <= place < end:
        return float(kernel.delay_days + kernel.days)
    return windows.days_between(rows.time(place), rows.now)
