"""What features tell of the rows that are kept of an entity: a few array operations for them all.

The batch tells the same by compiled loops (windows.py). Both add up whole numbers and round once
at the end, by the same operation, so that they can't differ; a server does without the compiler,
which would take it half of its memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.features.clock import DAY
from penstock.features.layout import ANY, KNOWN_AT, LABEL, ONES, TIME, Ask, Source, What

Array = np.ndarray[Any, Any]


class Told:
    """The features of one entity.

    Args:
        asks: what each asks, with its place in the vector.
    """

    def __init__(self, asks: Sequence[tuple[int, Ask]]) -> None:
        lags = {ask.delay_days for _, ask in asks} | {a.delay_days + a.days for _, a in asks}
        places = {lag: place for place, lag in enumerate(sorted(lags))}
        self._lags = np.array(sorted(lags), np.int64) * DAY
        self._asks = [
            (
                to,
                TELL[ask.what],
                ask,
                places[ask.delay_days + ask.days],
                places[ask.delay_days] if ask.delay_days else None,
            )
            for to, ask in asks
        ]

    def tell(self, cells: Array, seen: int, vector: Array) -> None:
        """Write the features of the last row to `vector`.

        Args:
            cells: int64 [4 + columns, rows]: all that are kept, at least one.
            seen: rows of the entity that ever came.
        """
        rows = _Rows(cells, seen)
        edges = rows.times.searchsorted(rows.now - self._lags, "right").tolist()
        for to, tell, ask, start, stop in self._asks:
            end = rows.end if stop is None else edges[stop]
            vector[to] = tell(rows, ask, edges[start], end)


class _Rows:
    """Kept rows, with what several features look at worked out once."""

    def __init__(self, cells: Array, seen: int) -> None:
        self._cells, self.times, self.seen = cells, cells[TIME], seen
        self.end = len(self.times)
        self.now = int(self.times[-1])
        self._known: Array | None = None
        self._values: dict[Source, Array] = {}
        self._totals: dict[Source, Array] = {}
        self._marked: dict[Source, list[int]] = {}

    def total(self, source: Source, start: int, end: int) -> int:
        """What the rows at places start … end - 1 add up to."""
        if end <= start:
            return 0
        totals = self._totals.get(source)
        if totals is None:
            totals = self._totals[source] = self._value(source).cumsum()
        return int(totals[end - 1]) - (int(totals[start - 1]) if start else 0)

    def latest(self, source: Source, start: int, end: int) -> int:
        """The last of these places that is marked, else `start` - 1."""
        marked = self._places(source)
        found = bisect_left(marked, end) - 1
        return max(marked[found], start - 1) if found >= 0 else start - 1

    def first(self, source: Source, start: int, end: int) -> int:
        """The first of these places that is marked, else `end`."""
        marked = self._places(source)
        found = bisect_left(marked, start)
        return min(marked[found], end) if found < len(marked) else end

    def largest(self, column: int, start: int, end: int) -> float:
        """The largest of a float column over these places, of which there are some."""
        return float(self._cells[column, start:end].view(np.float64).max())

    def _places(self, source: Source) -> list[int]:
        marked = self._marked.get(source)
        if marked is None:
            marked = self._marked[source] = self._value(source).nonzero()[0].tolist()
        return marked

    def _value(self, source: Source) -> Array:
        """[rows]: the column where the label is known to be the one asked for, else 0."""
        value = self._values.get(source)
        if value is None:
            column, label = source
            if label == ANY:
                value = self._cells[column]
            else:
                if self._known is None:
                    self._known = self._cells[KNOWN_AT] <= self.now
                value = (self._cells[LABEL] == label) & self._known
                if column != ONES:
                    value = self._cells[column] * value
            self._values[source] = value
        return value


def _earlier(rows: _Rows, ask: Ask, start: int, end: int) -> float:
    return rows.seen - 1


def _count(rows: _Rows, ask: Ask, start: int, end: int) -> float:
    return end - start


def _total(rows: _Rows, ask: Ask, start: int, end: int) -> float:
    return rows.total(ask.source, start, end)


def _share(rows: _Rows, ask: Ask, start: int, end: int) -> float:
    if end <= start:
        return 0.0
    return float(rows.total(ask.source, start, end)) / float((end - start) * ask.per_unit)


def _largest(rows: _Rows, ask: Ask, start: int, end: int) -> float:
    return rows.largest(ask.source[0], start, end)


def _since_last(rows: _Rows, ask: Ask, start: int, end: int) -> float:
    return _since(rows, ask, rows.latest(ask.source, start, end), start, end)


def _since_first(rows: _Rows, ask: Ask, start: int, end: int) -> float:
    return _since(rows, ask, rows.first(ask.source, start, end), start, end)


def _streak(rows: _Rows, ask: Ask, start: int, end: int) -> float:
    return rows.total(ask.source, _after_latest_other(rows, ask, start, end), end)


def _since_streak(rows: _Rows, ask: Ask, start: int, end: int) -> float:
    return _since_first(rows, ask, _after_latest_other(rows, ask, start, end), end)


def _after_latest_other(rows: _Rows, ask: Ask, start: int, end: int) -> int:
    """The place after the last row of the window that has the other label."""
    column, label = ask.source
    return rows.latest(Source(column, 1 - label), start, end) + 1


def _since(rows: _Rows, ask: Ask, place: int, start: int, end: int) -> float:
    if not start <= place < end:
        return ask.none
    return float(rows.now - int(rows.times[place])) / float(DAY)


TELL: dict[What, Callable[[_Rows, Ask, int, int], float]] = {
    What.EARLIER: _earlier,
    What.COUNT: _count,
    What.TOTAL: _total,
    What.SHARE: _share,
    What.LARGEST: _largest,
    What.SINCE_LAST: _since_last,
    What.SINCE_FIRST: _since_first,
    What.STREAK: _streak,
    What.SINCE_STREAK: _since_streak,
}
