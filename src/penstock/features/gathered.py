"""A table as the kernels see it: integer times, entities gathered once, integer totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.features.clock import DAY
from penstock.features.errors import ColumnUnfit, MissingColumn
from penstock.features.measures import Measure, Usual
from penstock.features.values import Value

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]


class Table:
    """A table in order of time, with what several kernels share computed once.

    Raises:
        MissingColumn, ColumnUnfit: the time column is absent or unfit; so do the methods, for
            the columns they read.
    """

    def __init__(self, frame: pd.DataFrame, time: str) -> None:
        self._frame = frame
        self.times = _microseconds(self.column(time))
        self._entities: dict[str, Entity] = {}
        self._values: dict[Value, Array] = {}
        self._measures: dict[Measure, Array] = {}
        self._quantiles: dict[Usual, Array] = {}

    def column(self, name: str) -> pd.Series[Any]:
        if name not in self._frame.columns:
            raise MissingColumn(name, self._frame.columns)
        return self._frame[name]

    def entity(self, name: str) -> Entity:
        """The rows gathered by column `name`."""
        if name not in self._entities:
            codes, entities = _codes(self.column(name))
            self._entities[name] = Entity(codes, entities, self.times)
        return self._entities[name]

    def values(self, value: Value) -> Array:
        """int64 [rows]: `value` of every row."""
        if value not in self._values:
            self._values[value] = value.of_table(self)
        return self._values[value]

    def measure(self, measure: Measure) -> Array:
        """float64 [rows]: `measure` of every row."""
        if measure not in self._measures:
            self._measures[measure] = measure.of_table(self)
        return self._measures[measure]

    def quantiles(self, usual: Usual) -> Array:
        """int64 [rows]: 100 times the quantile of the entity's rows before each."""
        from penstock.features.quantiles import earlier_quantiles

        if usual not in self._quantiles:
            rows, values = self.entity(usual.entity), self.values(usual.money)
            made = earlier_quantiles(rows.order, rows.begins, values, usual.percent)
            self._quantiles[usual] = made
        return self._quantiles[usual]

    def totals(self, entity: str, value: Value) -> Array:
        """int64 [rows + 1]: running totals of `value` over the rows gathered by `entity`."""
        from penstock.features import windows

        rows = self.entity(entity)
        if value not in rows.totals:
            rows.totals[value] = windows.running_totals(rows.order, self.values(value))
        return rows.totals[value]

    def latest(self, entity: str, mark: Value) -> Array:
        """int32 [rows], gathered by `entity`: the last place up to each that is marked, or -1."""
        from penstock.features import windows

        rows = self.entity(entity)
        return windows.latest_marked(rows.order, rows.begins, self.values(mark))

    def following(self, entity: str, mark: Value) -> Array:
        """int32 [rows + 1], gathered by `entity`: the first place from each on that is marked."""
        from penstock.features import windows

        return windows.next_marked(self.entity(entity).order, self.values(mark))


class Entity:
    """The rows of a table gathered by one of its entities."""

    def __init__(self, codes: Array, entities: int, times: Array) -> None:
        # Compiled code costs a second to import: only those who compute windows pay for it.
        from penstock.features import windows

        self.order, self.times, self.begins = windows.gather(codes, entities, times)
        self.totals: dict[Value, Array] = {}
        self._edges = {0: np.arange(1, codes.size + 1, dtype=np.int32)}

    def edge(self, lag_days: int) -> Array:
        """int32 [rows], gathered: the place after the last row that is `lag_days` old or older.

        At lag 0 that is the place after one's own, also where later rows share its time.
        """
        from penstock.features import windows

        if lag_days not in self._edges:
            lag = lag_days * DAY
            self._edges[lag_days] = windows.first_within(self.begins, self.times, lag)
        return self._edges[lag_days]


def _microseconds(column: pd.Series[Any]) -> Array:
    """int64 [rows]: microseconds since 1970, ascending."""
    name = str(column.name)
    if not isinstance(column.dtype, np.dtype) or column.dtype.kind != "M":
        raise ColumnUnfit(name, "datetimes without a time zone", str(column.dtype))
    if column.hasnans:
        raise ColumnUnfit(name, "a time in every row", f"{column.isna().sum()} nulls")
    times: Array = column.to_numpy().astype("datetime64[us]", copy=True).view(np.int64)
    late = np.flatnonzero(times[1:] < times[:-1])
    if late.size:
        row = int(late[0]) + 1
        found = f"row {row} ({column.iloc[row]}) after {column.iloc[row - 1]}"
        raise ColumnUnfit(name, "rows in order of time", found)
    return times


def _codes(column: pd.Series[Any]) -> tuple[Array, int]:
    """Entities as int64 numbers from 0, and how many numbers may occur."""
    if column.hasnans:
        nulls = f"{column.isna().sum()} nulls"
        raise ColumnUnfit(str(column.name), "an entity in every row", nulls)
    if column.dtype.kind in "iu" and len(column):
        numbers = column.to_numpy(np.int64)
        low, high = int(numbers.min()), int(numbers.max())
        if high - low < 2 * len(column):  # dense enough to count in place of hashing
            return numbers - low, high - low + 1
    import pandas as pd

    codes, uniques = pd.factorize(column)
    return codes.astype(np.int64), len(uniques)
