"""Features of one event after the other: the same kernels on what is kept of each entity."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from penstock.features.errors import EventLate
from penstock.features.event import entity_in, label_in, moment_in, number_in
from penstock.features.kept import Kept, Row
from penstock.features.kernel import OfKept, OfRow
from penstock.features.layout import Layout
from penstock.features.moment import Moment
from penstock.features.told import Told

if TYPE_CHECKING:
    from penstock.features.featureset import FeatureSet

Array = np.ndarray[Any, Any]

KNOWN_AT = "known_at"
"""The column of a label that tells since when it is known."""


class Entities(Protocol):
    """Where a stream keeps the past of entities."""

    def find(self, entity: str, key: Hashable) -> Kept | None:
        """That of one; None where nothing is known of it."""

    def change(self, entity: str, key: Hashable, kept: Kept) -> None:
        """It is about to change, and may be new."""


class InMemory:
    """All entities in a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Hashable], Kept] = {}

    def find(self, entity: str, key: Hashable) -> Kept | None:
        return self._kept.get((entity, key))

    def change(self, entity: str, key: Hashable, kept: Kept) -> None:
        self._kept[entity, key] = kept


class Stream:
    """What a `FeatureSet` gives event by event, bit for bit what its `batch` gives.

    An event is a mapping of the table's columns: times are datetimes without a time zone or whole
    microseconds since 1970, ids whole numbers. A label is learnt when it becomes known; it counts
    from then on, for rows that are as old as the features ask for.
    """

    def __init__(self, features: FeatureSet, entities: Entities | None = None) -> None:
        self.features = features
        keeps = [keep for kernel in features.kernels for keep in kernel.keeps]
        names = dict.fromkeys(keep.entity for keep in keeps)
        self.layouts = {name: Layout.of(name, keeps) for name in names}
        self.entities = InMemory() if entities is None else entities
        self._of_row = [
            (place, one) for place, one in enumerate(features.kernels) if isinstance(one, OfRow)
        ]
        self._told = {name: _told(features, layout) for name, layout in self.layouts.items()}

    def update(self, event: Mapping[str, Any]) -> Array:
        """float64 [features]: those of an event that comes now; it is kept.

        Raises:
            MissingColumn, ColumnUnfit: the event lacks a column, or holds what it can't.
            EventLate: it is earlier than one of its entities' last.
        """
        time = moment_in(event, self.features.time)
        row_id = number_in(event, self.features.id)
        kept = {name: self._of(name, event) for name in self.layouts}
        for name, rows in kept.items():
            if rows.seen and time < rows.now:
                raise EventLate(name, event[name], time, rows.now)
        moment = Moment(event, time, kept)
        for layout in self.layouts.values():
            for usual in layout.usuals:
                moment.quantile(usual)
            for value in layout.values:
                moment.value(value)
        vector = np.empty(len(self.features.kernels))
        for place, kernel in self._of_row:  # what may refuse the event comes before it is kept
            vector[place] = kernel.now(moment)
        for name, rows in kept.items():
            self.entities.change(name, event[name], rows)
            rows.append(moment, row_id)
            rows.tell(self._told[name], vector)
        return vector

    def row(self, event: Mapping[str, Any]) -> Row | None:
        """What is kept of a row by its id and its entities; None where none keeps it any more.

        Raises:
            MissingColumn, ColumnUnfit: the event lacks a column, or holds what it can't.
        """
        row_id = number_in(event, self.features.id)
        found = (self._of(name, event).row(row_id) for name in self.layouts)
        return next((row for row in found if row is not None), None)

    def learn(self, event: Mapping[str, Any]) -> bool:
        """Note a label: the columns id, label, `known_at` and those of the entities.

        Returns:
            Whether any entity still keeps the row; where none does, no window reaches it.

        Raises:
            MissingColumn, ColumnUnfit: the event lacks a column, or holds what it can't.
        """
        row_id = number_in(event, self.features.id)
        label = label_in(event, self.features.label)
        known_at = moment_in(event, KNOWN_AT)
        kept = {name: self._of(name, event) for name in self.layouts}
        found = {name: rows for name, rows in kept.items() if rows.holds(row_id)}
        for name, rows in found.items():
            self.entities.change(name, event[name], rows)
            rows.learn(row_id, label, known_at)
        return bool(found)

    def state(self, entity: str, key: Hashable) -> bytes:
        """All that is kept of one entity, to be given back by `restore`."""
        return self._of(entity, {entity: key}).to_bytes()

    def restore(self, entity: str, key: Hashable, state: bytes) -> None:
        """Put back what `state` gave; raises StateUnfit."""
        self.entities.change(entity, key, Kept.from_bytes(self.layouts[entity], state))

    def _of(self, name: str, event: Mapping[str, Any]) -> Kept:
        """What is kept of the event's entity; of a new one nothing, and it stays unknown."""
        found = self.entities.find(name, entity_in(event, name))
        return Kept(self.layouts[name]) if found is None else found


def _told(features: FeatureSet, layout: Layout) -> Told:
    """The features of an entity."""
    return Told(
        [
            (place, kernel.ask(layout))
            for place, kernel in enumerate(features.kernels)
            if isinstance(kernel, OfKept) and kernel.entity == layout.entity
        ]
    )
