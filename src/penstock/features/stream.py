"""Features of one event after the other: the same kernels on what is kept of each entity."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import isnan
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.features.clock import microseconds
from penstock.features.errors import ColumnUnfit, EventLate
from penstock.features.layout import Layout
from penstock.features.moment import Moment, column_of

if TYPE_CHECKING:
    from penstock.features.featureset import FeatureSet
    from penstock.features.kept import Kept

Array = np.ndarray[Any, Any]

KNOWN_AT = "known_at"
"""The column of a label that tells since when it is known."""


class Stream:
    """What a `FeatureSet` gives event by event, bit for bit what its `batch` gives.

    An event is a mapping of the table's columns: times are datetimes without a time zone or whole
    microseconds since 1970, ids whole numbers. A label is learnt when it becomes known; it counts
    from then on, for rows that are as old as the features ask for.
    """

    def __init__(self, features: FeatureSet) -> None:
        self.features = features
        keeps = [keep for kernel in features.kernels for keep in kernel.keeps]
        names = dict.fromkeys(keep.entity for keep in keeps)
        self._layouts = {name: Layout.of(name, keeps) for name in names}
        self._kept: dict[tuple[str, Hashable], Kept] = {}
        numbered = list(enumerate(features.kernels))
        self._of_row = [(place, kernel) for place, kernel in numbered if not kernel.keeps]
        self._of_past = [(place, kernel) for place, kernel in numbered if kernel.keeps]

    def update(self, event: Mapping[str, Any]) -> Array:
        """float64 [features]: those of an event that comes now; it is kept.

        Raises:
            MissingColumn, ColumnUnfit: the event lacks a column, or holds what it can't.
            EventLate: it is earlier than one of its entities' last.
        """
        time = _moment(event, self.features.time)
        row_id = _number(event, self.features.id)
        kept = {name: self._of(name, _key(event, name)) for name in self._layouts}
        for name, rows in kept.items():
            if rows.seen and time < rows.now:
                raise EventLate(name, event[name], time, rows.now)
        moment = Moment(event, time, kept)
        for layout in self._layouts.values():
            for usual in layout.usuals:
                moment.quantile(usual)
            for value in layout.values:
                moment.value(value)
        vector = np.empty(len(self.features.kernels))
        for place, kernel in self._of_row:  # what may refuse the event comes before it is kept
            vector[place] = kernel.now(moment)
        for rows in kept.values():
            rows.append(moment, row_id)
        for place, kernel in self._of_past:
            vector[place] = kernel.now(moment)
        return vector

    def learn(self, event: Mapping[str, Any]) -> bool:
        """Note a label: the columns id, label, `known_at` and those of the entities.

        Returns:
            Whether any entity still keeps the row; where none does, no window reaches it.

        Raises:
            MissingColumn, ColumnUnfit: the event lacks a column, or holds what it can't.
        """
        row_id = _number(event, self.features.id)
        label = _number(event, self.features.label)
        known_at = _moment(event, KNOWN_AT)
        if label not in (0, 1):
            raise ColumnUnfit(self.features.label, "0 or 1", repr(label))
        kept = [self._of(name, _key(event, name)) for name in self._layouts]
        found = [rows.learn(row_id, label, known_at) for rows in kept]
        return any(found)

    def state(self, entity: str, key: Hashable) -> bytes:
        """All that is kept of one entity, to be given back by `restore`."""
        return self._of(entity, key).to_bytes()

    def restore(self, entity: str, key: Hashable, state: bytes) -> None:
        """Put back what `state` gave; raises StateUnfit."""
        from penstock.features.kept import Kept

        self._kept[entity, key] = Kept.from_bytes(self._layouts[entity], state)

    def _of(self, entity: str, key: Hashable) -> Kept:
        from penstock.features.kept import Kept

        if (entity, key) not in self._kept:
            self._kept[entity, key] = Kept(self._layouts[entity])
        return self._kept[entity, key]


def _moment(event: Mapping[str, Any], name: str) -> int:
    found = column_of(event, name)
    try:
        return microseconds(found)
    except (TypeError, ValueError):
        expected = "a datetime without a time zone, or whole microseconds since 1970"
        raise ColumnUnfit(name, expected, repr(found)) from None


def _key(event: Mapping[str, Any], name: str) -> Hashable:
    found: Hashable = column_of(event, name)
    lacks = found is None or (isinstance(found, float) and isnan(found))
    if lacks or not isinstance(found, Hashable):
        raise ColumnUnfit(name, "an entity", repr(found))
    return found


def _number(event: Mapping[str, Any], name: str) -> int:
    found = column_of(event, name)
    try:
        return index(found)
    except TypeError:
        raise ColumnUnfit(name, "a whole number", repr(found)) from None
