"""States, remembered ids and facts in Redis: an event changes all of its entities or none.

A state lies under its name behind 8 bytes that count its changes. Who changes it says which one
he saw; one script compares and sets, so that several servers may have the same entities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import msgspec

from penstock.serving.online.errors import StatesUnreachable, StoreMissing
from penstock.serving.online.hot import Name
from penstock.serving.online.known import Known
from penstock.serving.online.states_file import Facts

VERSION = 8  # bytes
TIMEOUT = 2.0  # seconds
SCRIPT = """
if KEYS[1] ~= '' then
  local known = redis.call('GET', KEYS[1])
  if known then return {'known', known} end
end
for i = 2, #KEYS do
  if redis.call('GETRANGE', KEYS[i], 0, 7) ~= ARGV[2 * i - 1] then
    return {'stale'}
  end
end
for i = 2, #KEYS do redis.call('SET', KEYS[i], ARGV[2 * i]) end
if KEYS[1] ~= '' then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
return {'set'}
"""


class Seen(NamedTuple):
    """A state and its version; both empty where nothing is known of the entity."""

    version: bytes
    state: bytes


class RedisStates:
    """The states of one feature set of a project.

    Args:
        address: redis://…; it may hold a password, which nothing repeats.
        keep_days: how long an id is remembered.
    """

    def __init__(self, address: str, project: str, key: str, keep_days: int) -> None:
        try:
            import redis
        except ImportError:
            raise StoreMissing from None
        self._errors = (redis.RedisError, OSError)
        try:
            self._client: Any = redis.Redis.from_url(
                address, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
            )
        except ValueError as error:
            raise StatesUnreachable("PENSTOCK_STATES", str(error)) from None
        place = self._client.connection_pool.connection_kwargs
        self.where = f"redis at {place.get('host', place.get('path'))}:{place.get('port', '')}"
        self._prefix = f"penstock:{project}:{key[:16]}:"
        self._keep = keep_days * 86_400
        self._change = self._client.register_script(SCRIPT)

    def load(self, names: Sequence[Name]) -> list[Seen]:
        """Raises StatesUnreachable, as every method does."""
        with self._reached():
            values = self._client.mget([self._name(one) for one in names])
        return [
            Seen(b"", b"") if one is None else Seen(one[:VERSION], one[VERSION:]) for one in values
        ]

    def known(self, number: int) -> Known | None:
        with self._reached():
            found = self._client.get(self._id(number))
        return None if found is None else msgspec.msgpack.decode(found, type=Known)

    def change(
        self, states: Mapping[Name, tuple[bytes, bytes]], event: tuple[int, Known] | None = None
    ) -> Known | bool:
        """Put states in place of the versions that were seen; False where one was not the last.

        Args:
            states: {name: (the version that was seen, the state with its next version)}.
            event: the id that they count, and what is to be remembered of it. Where it came
                before, that is given back and nothing is changed.
        """
        keys = ["" if event is None else self._id(event[0]), *map(self._name, states)]
        own = b"" if event is None else msgspec.msgpack.encode(event[1])
        values: list[Any] = [own, self._keep, *(part for both in states.values() for part in both)]
        with self._reached():
            reply = self._change(keys=keys, args=values)
        if reply[0] == b"known":
            return msgspec.msgpack.decode(reply[1], type=Known)
        return bool(reply[0] == b"set")

    def remember(self, known: Mapping[int, Known]) -> None:
        with self._reached(), self._client.pipeline(transaction=False) as pipeline:
            for number, one in known.items():
                pipeline.set(self._id(number), msgspec.msgpack.encode(one), ex=self._keep)
            pipeline.execute()

    def facts(self) -> Facts | None:
        with self._reached():
            found = self._client.get(self._prefix + "facts")
        return None if found is None else msgspec.json.decode(found, type=Facts)

    def put_facts(self, facts: Facts) -> None:
        with self._reached():
            self._client.set(self._prefix + "facts", msgspec.json.encode(facts))

    def fill(self, states: Iterable[Mapping[Name, bytes]]) -> None:
        """Put states in place of those that are there."""
        with self._reached():
            for some in states:
                first = next_version(b"")
                values = {self._name(name): first + state for name, state in some.items()}
                self._client.mset(values)

    @contextmanager
    def alone(self, seconds: float) -> Iterator[bool]:
        """Keep others out while the block runs; False where somebody stayed in for so long."""
        lock = self._client.lock(self._prefix + "making", timeout=seconds, blocking_timeout=seconds)
        with self._reached():
            taken = bool(lock.acquire())
        try:
            yield taken
        finally:
            if taken:
                with suppress(*self._errors):  # it may have come to its end
                    lock.release()

    def close(self) -> None:
        self._client.close()

    def _name(self, name: Name) -> str:
        entity, key = name
        return f"{self._prefix}{entity}:{type(key).__name__}:{key}"

    def _id(self, number: int) -> str:
        return f"{self._prefix}id:{number}"

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            raise StatesUnreachable(self.where, str(error)) from None


def next_version(version: bytes) -> bytes:
    """That after a version; the first after none."""
    return (int.from_bytes(version, "little") + 1).to_bytes(VERSION, "little")
