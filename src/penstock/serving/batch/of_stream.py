"""Inputs that depend on the rows before: made one row after the other, as a server makes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from penstock.core.errors import PenstockError
from penstock.features.clock import DAY
from penstock.features.featureset import FeatureSet
from penstock.features.kept import Kept
from penstock.features.stream import KNOWN_AT, Stream
from penstock.serving.batch.errors import OutOfOrder, RowRefused
from penstock.serving.batch.vectors import Event, events
from penstock.serving.contracts import Array


class Remembered:
    """All entities in a dictionary that can be walked."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, Hashable], Kept] = {}

    def find(self, entity: str, key: Hashable) -> Kept | None:
        return self.kept.get((entity, key))

    def change(self, entity: str, key: Hashable, kept: Kept) -> None:
        self.kept[entity, key] = kept


class OfStream:
    """Features of one row after the other; their past begins with the file.

    A label is learnt when the file's time has come `label_delay_days` after its row, as it is in a
    batch; one that is null is never known.

    Args:
        types: columns of the file that the features read; of them the label may be lacking.
    """

    remembers = True

    def __init__(
        self, path: Path, types: Mapping[str, pa.DataType], made: FeatureSet, inputs: Sequence[str]
    ) -> None:
        self._path, self.types, self._made, self.id = path, types, made, made.id
        self._places = [made.names.index(name) for name in inputs]
        self._entities = Remembered()
        self._stream = Stream(made, self._entities)
        self._delay = made.label_delay_days * DAY
        self._unlearnt: deque[Event] = deque()
        self._now: int | None = None

    def of(self, chunk: pa.Table, first: int) -> Array:
        made = np.empty((chunk.num_rows, len(self._made.names)))
        for place, event in enumerate(events(chunk)):
            self._come(event, first + place)
            try:
                made[place] = self._stream.update(event)
            except PenstockError as error:
                raise RowRefused(self._path, first + place + 1, str(error)) from None
            self._wait(event)
        return made[:, self._places].astype(np.float32)

    def skip(self, chunk: pa.Table) -> None:
        for event in events(chunk):
            self._now = event[self._made.time]
            self._wait(event)
        self._forget()

    def to_table(self) -> pa.Table:
        kept = self._entities.kept
        return pa.table(
            {
                "entity": [entity for entity, _ in kept],
                "key": [str(key) for _, key in kept],
                "number": [isinstance(key, int) for _, key in kept],
                "state": pa.array([one.to_bytes() for one in kept.values()], pa.binary()),
            }
        )

    def restore(self, table: pa.Table) -> None:
        for row in table.to_pylist():
            key = int(row["key"]) if row["number"] else row["key"]
            self._stream.restore(row["entity"], key, row["state"])

    def _come(self, event: Event, row: int) -> None:
        """Learn what is known by the time of an event."""
        now = event[self._made.time]
        if now is None:
            raise RowRefused(self._path, row + 1, f"it has no {self._made.time}")
        if self._now is not None and now < self._now:
            raise OutOfOrder(self._path, row + 1, self._made.time)
        self._now = now
        self._forget(learn=True)

    def _forget(self, *, learn: bool = False) -> None:
        time = self._made.time
        while self._unlearnt and self._unlearnt[0][time] + self._delay <= (self._now or 0):
            told = self._unlearnt.popleft()
            if learn:
                self._stream.learn(told | {KNOWN_AT: told[time] + self._delay})

    def _wait(self, event: Event) -> None:
        if event.get(self._made.label) is not None:
            self._unlearnt.append(event)
