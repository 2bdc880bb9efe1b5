"""What a stream keeps of one entity: its rows as far back as a window reaches, and two heaps each.

The rows lie in int64 cells, a row a column: time, id, label (-1 not known), the moment it became
known, then what the kernels asked for; floats by their bits.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.features import quantiles, windows
from penstock.features.clock import DAY
from penstock.features.errors import StateUnfit
from penstock.features.layout import FIXED, Layout
from penstock.features.measures import Measure, Usual
from penstock.features.values import Value

if TYPE_CHECKING:
    from penstock.features.moment import Moment

Array = np.ndarray[Any, Any]

ROOM = 16  # places, and values of a heap, at first
NOT_KNOWN, NEVER = -1, np.iinfo(np.int64).max
HEAD = struct.Struct("<8sqq")  # digest of the layout, rows ever seen, rows kept


class Kept:
    """One entity's past.

    Attributes:
        seen: rows that ever came.
        now: the time of the last of them.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.seen = 0
        self.now = 0
        self._cells = np.empty((FIXED + len(layout.columns), ROOM), np.int64)
        self._floats = self._cells.view(np.float64)
        self._begin = self._end = 0
        empty = np.empty(ROOM, np.int64)
        self._heaps = {usual: (empty.copy(), empty.copy()) for usual in layout.usuals}
        self._edges: dict[int, int] = {}

    def append(self, moment: Moment, row_id: int) -> None:
        """Keep the event of `moment` as the last row, and let go of rows that no window reaches."""
        self.now, self._edges = moment.time, {}
        horizon = self.now - self.layout.days * DAY
        self._begin = windows.kept_edge(self._cells, self._begin, self._end, horizon)
        self._make_room()
        place = self._end
        self._cells[:FIXED, place] = self.now, row_id, NOT_KNOWN, NEVER
        for value in self.layout.values:
            self._cells[self.layout.columns[value], place] = moment.value(value)
        for measure in self.layout.measures:
            self._floats[self.layout.columns[measure], place] = moment.measure(measure)
        for usual, (low, high) in self._heaps.items():
            quantiles.push(low, high, self.seen, usual.percent, moment.value(usual.money))
        self._end += 1
        self.seen += 1

    def learn(self, row_id: int, label: int, known_at: int) -> bool:
        """Note the label of a row; False where the row is not kept, so that it can't matter."""
        place = windows.kept_place(self._cells, self._begin, self._end, row_id)
        if place >= self._begin:
            self._cells[windows.LABEL, place] = label
            self._cells[windows.KNOWN_AT, place] = known_at
        return bool(place >= self._begin)

    def quantile(self, usual: Usual) -> int | None:
        """100 times the quantile of all rows so far; None before the first."""
        low, high = self._heaps[usual]
        return quantiles.quantile(low, high, self.seen, usual.percent) if self.seen else None

    def edge(self, lag_days: int) -> int:
        """The place after the last row that is `lag_days` old or older, as `Entity.edge`."""
        if lag_days == 0:
            return self._end
        if lag_days not in self._edges:
            moment = self.now - lag_days * DAY
            self._edges[lag_days] = windows.kept_edge(self._cells, self._begin, self._end, moment)
        return self._edges[lag_days]

    def time(self, place: int) -> int:
        return int(self._cells[windows.TIME, place])

    def total(self, value: Value, start: int, end: int) -> int:
        """What the rows at places start … end - 1 add up to."""
        return windows.kept_total(self._cells, *self._asked(value), self.now, start, end)

    def latest(self, mark: Value, start: int, end: int) -> int:
        """The last of these places that is marked, else `start` - 1."""
        return windows.kept_latest(self._cells, *self._asked(mark), self.now, start, end)

    def first(self, mark: Value, start: int, end: int) -> int:
        """The first of these places that is marked, else `end`."""
        return windows.kept_first(self._cells, *self._asked(mark), self.now, start, end)

    def largest(self, measure: Measure, start: int, end: int) -> float:
        """The largest measure of these places, of which there are some."""
        return windows.kept_largest(self._floats, self.layout.columns[measure], start, end)

    def to_bytes(self) -> bytes:
        """All of it, little-endian; the same past gives the same bytes."""
        head = HEAD.pack(self.layout.digest, self.seen, self._end - self._begin)
        parts = [self._cells[:, self._begin : self._end].reshape(-1)]
        for usual, heaps in self._heaps.items():
            lows = quantiles.lows_of(self.seen, usual.percent)
            parts += [heaps[0][:lows], heaps[1][: self.seen - lows]]
        return head + np.concatenate(parts).astype("<i8").tobytes()

    @classmethod
    def from_bytes(cls, layout: Layout, state: bytes) -> Kept:
        """What `to_bytes` gave.

        Raises:
            StateUnfit: it is cut off, or of another feature set.
        """
        if len(state) < HEAD.size or state[:8] != layout.digest:
            raise StateUnfit(layout.entity, "it is of another feature set")
        kept = cls(layout)
        _, kept.seen, rows = HEAD.unpack_from(state)
        columns = FIXED + len(layout.columns)
        expected = HEAD.size + 8 * (columns * rows + kept.seen * len(layout.usuals))
        if len(state) != expected:
            raise StateUnfit(layout.entity, f"{len(state)} bytes, expected {expected}")
        numbers = np.frombuffer(state, "<i8", offset=HEAD.size).astype(np.int64)
        cells, rest = np.split(numbers, [columns * rows])
        kept._cells = np.empty((columns, rows + ROOM), np.int64)
        kept._cells[:, :rows] = cells.reshape(columns, rows)
        kept._floats, kept._end = kept._cells.view(np.float64), rows
        kept.now = kept.time(rows - 1) if rows else 0
        for usual, both in zip(
            layout.usuals, rest.reshape(len(layout.usuals), kept.seen), strict=True
        ):
            lows = quantiles.lows_of(kept.seen, usual.percent)
            low, high = np.empty((2, kept.seen + ROOM), np.int64)
            low[:lows], high[: kept.seen - lows] = both[:lows], both[lows:]
            kept._heaps[usual] = (low, high)
        return kept

    def _asked(self, value: Value) -> tuple[int, int]:
        """The column of a value, and the label that its rows must have."""
        label = value.needs_label
        column = self.layout.columns.get(value, windows.ONES)
        return column, windows.ANY if label is None else label

    def _make_room(self) -> None:
        """For one row more: kept rows move to the front, into twice the places if they need it."""
        room = self._cells.shape[1]
        if self._end == room:
            kept = self._cells[:, self._begin : self._end]
            rows = kept.shape[1]
            grown = np.empty((len(kept), max(ROOM, 2 * rows)), np.int64)
            grown[:, :rows] = kept
            self._cells, self._floats = grown, grown.view(np.float64)
            self._begin, self._end, self._edges = 0, rows, {}
        for usual, (low, high) in self._heaps.items():
            if self.seen == len(low):
                more = np.empty(max(ROOM, self.seen), np.int64)
                self._heaps[usual] = (np.append(low, more), np.append(high, more))
