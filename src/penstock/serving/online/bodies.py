"""What of an event counts: its columns in one order, as bytes that tell two events apart."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import msgspec

from penstock.features.event import column_of, entity_in, moment_in, number_in
from penstock.features.stream import KNOWN_AT, Stream
from penstock.serving.contracts import Event
from penstock.serving.online.hot import Name

DIGEST = 16  # bytes


class Body(NamedTuple):
    """An event's id, and the rest as it is kept.

    Attributes:
        values: of `Bodies.columns`.
        digest: of them; another one for another event.
    """

    id: int
    values: tuple[Any, ...]
    digest: bytes


class Label(NamedTuple):
    """A label as it is kept; `entities` in the order of the stream's."""

    id: int
    label: int
    known_at: int
    entities: tuple[Any, ...]


class Bodies:
    """The events of one stream.

    Attributes:
        columns: id, time, the entities, then what else the features read.
    """

    def __init__(self, stream: Stream) -> None:
        features = stream.features
        self.id, self._time, self._label = features.id, features.time, features.label
        self.entities = tuple(stream.layouts)
        read = (name for kernel in features.kernels for name in kernel.reads)
        fixed = (self.id, self._time, *self.entities, self._label)
        self._read = tuple(name for name in dict.fromkeys(read) if name not in fixed)
        self.columns = (self.id, self._time, *self.entities, *self._read)
        self._encoder = msgspec.msgpack.Encoder()

    def of(self, event: Event) -> Body:
        """Raises MissingColumn, ColumnUnfit."""
        values = (
            number_in(event, self.id),
            moment_in(event, self._time),
            *(entity_in(event, name) for name in self.entities),
            *(column_of(event, name) for name in self._read),
        )
        try:
            packed = self._encoder.encode(values)
        except (TypeError, OverflowError):  # what no feature is computed from will be refused
            packed = repr(values).encode()
        return Body(values[0], values, hashlib.blake2b(packed, digest_size=DIGEST).digest())

    def event(self, values: tuple[Any, ...]) -> dict[str, Any]:
        """The event again."""
        return dict(zip(self.columns, values, strict=True))

    def names(self, event: Event) -> list[Name]:
        """The entities that an event or a label is of."""
        return [(name, event[name]) for name in self.entities]

    def label(self, event: Event, known_at: int) -> Label:
        """A label that was checked already."""
        entities = tuple(event[name] for name in self.entities)
        return Label(number_in(event, self.id), int(event[self._label]), known_at, entities)

    def label_event(self, label: Label) -> dict[str, Any]:
        """What `Stream.learn` takes."""
        entities = dict(zip(self.entities, label.entities, strict=True))
        own = {self.id: label.id, self._label: label.label, KNOWN_AT: label.known_at}
        return entities | own
