"""States of a store that others change, too: the last ones seen, each with its version."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from penstock.features.layout import Layout
from penstock.serving.online.hot import Name
from penstock.serving.online.redis_states import RedisStates, next_version

if TYPE_CHECKING:
    from penstock.features.kept import Kept


class Cached:
    """Entities of a stream (`features.stream.Entities`).

    A state may be older than the store's. Then the store refuses what is made of it, it is let
    go and the event is tried again.
    """

    def __init__(self, store: RedisStates, most: int) -> None:
        self._store, self._most = store, most
        self.layouts: dict[str, Layout] = {}
        self._seen: dict[Name, tuple[bytes, Kept | None]] = {}
        self.touched: list[Name] = []

    def find(self, entity: str, key: Hashable) -> Kept | None:
        name = (entity, key)
        if name not in self._seen:
            self.load([name])
        return self._seen[name][1]

    def change(self, entity: str, key: Hashable, kept: Kept) -> None:
        name = (entity, key)
        self._seen[name] = (self._seen[name][0], kept)
        self.touched.append(name)

    def load(self, names: Iterable[Name]) -> None:
        """What the store has of them, by one question; those that came first make room."""
        from penstock.features.kept import Kept

        names = list(names)
        for name, (version, state) in zip(names, self._store.load(names), strict=True):
            layout = self.layouts[name[0]]
            self._seen[name] = (version, Kept.from_bytes(layout, state) if state else None)
        while len(self._seen) > self._most + len(names):
            del self._seen[next(iter(self._seen))]

    def let_go(self, names: Iterable[Name]) -> None:
        """They are not what the store has."""
        for name in names:
            self._seen.pop(name, None)

    def changes(self) -> dict[Name, tuple[bytes, bytes]]:
        """What was touched, as `RedisStates.change` takes it."""
        made = {}
        for name in dict.fromkeys(self.touched):
            version, kept = self._seen[name]
            assert kept is not None
            made[name] = (version, next_version(version) + kept.to_bytes())
        return made

    def changed(self) -> None:
        """The store has taken the changes."""
        for name in dict.fromkeys(self.touched):
            version, kept = self._seen[name]
            self._seen[name] = (next_version(version), kept)
        self.touched = []

    def refused(self) -> None:
        """The store has not: what was touched here is wrong now."""
        self.let_go(self.touched)
        self.touched = []
