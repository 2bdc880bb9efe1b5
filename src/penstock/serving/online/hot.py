"""The states of entities in memory, and which of them a checkpoint has still to write.

While a checkpoint is written events go on coming. Each state is to be written as it was when the
checkpoint began, so one that is about to change is turned into bytes first: a copy on write.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from penstock.features.kept import Kept

ROOM = 1.25  # of the states that are let stay, so that not every new one asks for a checkpoint
Name = tuple[str, Hashable]  # the entity's column and value


class Hot:
    """Entities of a stream (`features.stream.Entities`); the caller holds a lock.

    Args:
        load: the state that was written last; None where nothing is known of an entity.
        most: states at rest beyond so many are let go at the end of a checkpoint.
    """

    def __init__(self, load: Callable[[str, Hashable], Kept | None], most: int) -> None:
        self._load, self._most = load, most
        self._kept: dict[Name, Kept] = {}
        self._changed: dict[Name, None] = {}
        self._written: dict[Name, None] = {}
        self._to_copy: dict[Name, None] = {}
        self._copies: dict[Name, bytes] = {}

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def changed(self) -> int:
        """States that the next checkpoint will write."""
        return len(self._changed)

    @property
    def full(self) -> bool:
        """A checkpoint is due: only what is written can be let go."""
        return len(self._kept) > ROOM * self._most

    def find(self, entity: str, key: Hashable) -> Kept | None:
        found = self._kept.get((entity, key))
        if found is None:
            found = self._load(entity, key)
            if found is not None:
                self._kept[entity, key] = found
        return found

    def change(self, entity: str, key: Hashable, kept: Kept) -> None:
        name = (entity, key)
        if name in self._to_copy:
            self._copy(name)
        self._kept[name] = kept
        self._changed[name] = None

    def begin(self) -> None:
        """A checkpoint of what is now begins."""
        self._written, self._changed = self._changed, {}
        self._to_copy = dict(self._written)

    def copy(self, most: int) -> dict[Name, bytes]:
        """Up to `most` states as they were when it began; none when all were given."""
        for name in list(islice(self._to_copy, most)):
            self._copy(name)
        copies, self._copies = self._copies, {}
        return copies

    def end(self) -> None:
        """All that was copied is written."""
        self._written = {}
        spare = len(self._kept) - self._most
        if spare > 0:
            at_rest = (name for name in self._kept if name not in self._changed)
            for name in [name for name, _ in zip(at_rest, range(spare), strict=False)]:
                del self._kept[name]

    def fail(self) -> None:
        """It was not written: the next one has to."""
        self._changed = {**self._written, **self._changed}
        self._to_copy, self._copies = {}, {}

    def _copy(self, name: Name) -> None:
        del self._to_copy[name]
        self._copies[name] = self._kept[name].to_bytes()
