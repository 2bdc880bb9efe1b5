"""What a stream keeps of one entity: its rows as far back as a window reaches, and its amounts.

The rows lie in int64 cells, a row a column: time, id, label (-1 not known), the moment it became
known, then what the kernels asked for; floats by their bits. Of the money whose quantiles are
asked, all that ever came is kept in order.
"""

from __future__ import annotations

import struct
from array import array
from bisect import insort
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from penstock.features.clock import DAY
from penstock.features.errors import StateUnfit
from penstock.features.layout import FIXED, ID, KNOWN_AT, LABEL, TIME, Layout
from penstock.features.measures import Usual
from penstock.features.told import Told
from penstock.features.usual import quantile_of

if TYPE_CHECKING:
    from penstock.features.moment import Moment

Array = np.ndarray[Any, Any]

ROOM = 16  # places for rows to come, at least
NOT_KNOWN, NEVER = -1, np.iinfo(np.int64).max
HEAD = struct.Struct("<8sqq")  # digest of the layout, rows ever seen, rows kept


class Row(NamedTuple):
    """A kept row: its time, and its label (None not known) with the moment it became known."""

    time: int
    label: int | None
    known_at: int


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
        self._put(np.empty((FIXED + len(layout.columns), 0), np.int64))
        self._moneys = [array("q") for _ in layout.moneys]

    @classmethod
    def of_rows(cls, layout: Layout, cells: Array, moneys: Sequence[Array], seen: int) -> Kept:
        """What is kept after many rows.

        Args:
            cells: int64 [4 + columns, rows]: those that a window may still reach.
            moneys: int64 [seen] for each of the layout's: that of all rows that ever came.
        """
        kept = cls(layout)
        kept.seen, kept.now = seen, int(cells[TIME, -1]) if cells.size else 0
        kept._put(cells)
        kept._moneys = [array("q", np.sort(money).tobytes()) for money in moneys]
        return kept

    def append(self, moment: Moment, row_id: int) -> None:
        """Keep the event of `moment` as the last row, and let go of rows that no window reaches."""
        self.now = moment.time
        horizon = self.now - self.layout.days * DAY
        times = self._cells[TIME, self._begin : self._end]
        self._begin += int(times.searchsorted(horizon, "right"))
        if self._end == self._cells.shape[1]:
            self._put(self._cells[:, self._begin : self._end])
        place = self._end
        self._cells[:FIXED, place] = self.now, row_id, NOT_KNOWN, NEVER
        for value in self.layout.values:
            self._cells[self.layout.columns[value], place] = moment.value(value)
        for measure in self.layout.measures:
            self._floats[self.layout.columns[measure], place] = moment.measure(measure)
        for money, ordered in zip(self.layout.moneys, self._moneys, strict=True):
            insort(ordered, moment.value(money))
        self._end += 1
        self.seen += 1

    def holds(self, row_id: int) -> bool:
        """Whether a row is kept still."""
        return self._place(row_id) is not None

    def row(self, row_id: int) -> Row | None:
        """What is kept of a row besides its values; None where it is not kept any more."""
        place = self._place(row_id)
        if place is None:
            return None
        time, _, label, known_at = self._cells[:FIXED, place].tolist()
        return Row(time, None if label == NOT_KNOWN else label, known_at)

    def learn(self, row_id: int, label: int, known_at: int) -> bool:
        """Note the label of a row; False where the row is not kept, so that it can't matter."""
        place = self._place(row_id)
        if place is None:
            return False
        self._cells[LABEL, place] = label
        self._cells[KNOWN_AT, place] = known_at
        return True

    def quantile(self, usual: Usual) -> int | None:
        """100 times the quantile of all rows so far; None before the first."""
        ordered = self._moneys[self.layout.moneys.index(usual.money)]
        return quantile_of(ordered, usual.percent) if ordered else None

    def tell(self, told: Told, vector: Array) -> None:
        """Write features of the last row to `vector`."""
        told.tell(self._cells[:, self._begin : self._end], self.seen, vector)

    def to_bytes(self) -> bytes:
        """All of it, little-endian; the same past gives the same bytes."""
        head = HEAD.pack(self.layout.digest, self.seen, self._end - self._begin)
        cells = self._cells[:, self._begin : self._end].astype("<i8")
        moneys = (np.frombuffer(one, np.int64).astype("<i8") for one in self._moneys)
        return b"".join([head, cells.tobytes(), *(one.tobytes() for one in moneys)])

    @classmethod
    def from_bytes(cls, layout: Layout, state: bytes) -> Kept:
        """What `to_bytes` gave.

        Raises:
            StateUnfit: it is cut off, or of another feature set.
        """
        if len(state) < HEAD.size or state[:8] != layout.digest:
            raise StateUnfit(layout.entity, "it is of another feature set")
        _, seen, rows = HEAD.unpack_from(state)
        columns = FIXED + len(layout.columns)
        expected = HEAD.size + 8 * (columns * rows + seen * len(layout.moneys))
        if len(state) != expected:
            raise StateUnfit(layout.entity, f"{len(state)} bytes, expected {expected}")
        numbers = np.frombuffer(state, "<i8", offset=HEAD.size).astype(np.int64)
        cells, moneys = np.split(numbers, [columns * rows])
        kept = cls.of_rows(layout, cells.reshape(columns, rows), (), seen)
        each = moneys.reshape(len(layout.moneys), seen)  # in order already
        kept._moneys = [array("q", one.tobytes()) for one in each]
        return kept

    def _put(self, cells: Array) -> None:
        """Have these rows kept, with places for a quarter more."""
        columns, rows = cells.shape
        self._cells = np.empty((columns, rows + rows // 4 + ROOM), np.int64)
        self._cells[:, :rows] = cells
        self._floats = self._cells.view(np.float64)
        self._begin, self._end = 0, rows

    def _place(self, row_id: int) -> int | None:
        """Where a row lies; None where it is not kept."""
        found = (self._cells[ID, self._begin : self._end] == row_id).nonzero()[0]
        return self._begin + int(found[-1]) if len(found) else None
