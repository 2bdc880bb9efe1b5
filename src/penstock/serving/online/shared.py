"""Features over states that several servers share in Redis.

What is acknowledged is in Redis; what that forgets in a crash says its own persistence.
"""

from __future__ import annotations

from threading import Lock

import msgspec

from penstock.features.errors import EventLate
from penstock.features.featureset import FeatureSet
from penstock.features.stream import Stream
from penstock.serving.contracts import Admitted, Event
from penstock.serving.online.bodies import Bodies
from penstock.serving.online.cached import Cached
from penstock.serving.online.errors import AlreadyCounted, StatesUnreachable
from penstock.serving.online.known import Known
from penstock.serving.online.labels import check_label, new_labels
from penstock.serving.online.redis_states import RedisStates
from penstock.serving.online.regularly import Regularly
from penstock.serving.online.settings import OnlineSettings

ATTEMPTS = 50  # at an entity that other servers change all the while
CONTENDED = "its states change faster than they can be read"
LABELS = 100  # learnt at a time: their entities change together


class SharedFeatures:
    """`contracts.Features` over the states in `store`."""

    def __init__(
        self,
        features: FeatureSet,
        entity: str,
        store: RedisStates,
        settings: OnlineSettings,
    ) -> None:
        self.names, self.id, self.entity = features.names, features.id, entity
        self._store = store
        self._cached = Cached(store, settings.hot_entities)
        self._stream = Stream(features, self._cached)
        self._cached.layouts = self._stream.layouts
        self._bodies = Bodies(self._stream)
        self._answers: dict[int, Known] = {}
        self._lock = Lock()
        self._behind = Regularly("answers", settings.flush_seconds, self.flush)

    def start(self) -> None:
        """Write answers behind, until it is closed."""
        self._behind.start()

    def admit(self, event: Event) -> Admitted:
        return self.count(event)[0]

    def count(self, event: Event) -> tuple[Admitted, bool]:
        """What `admit` gives, and whether the event is new; raises as it does."""
        body = self._bodies.of(event)
        for _ in range(ATTEMPTS):
            try:
                if self._stream.row(event) is not None:
                    raise AlreadyCounted(self.id, body.id)
                vector = self._stream.update(event)
            except (AlreadyCounted, EventLate):  # unless it is the very same that came before
                known = self._known(body.id)
                if known is None:
                    raise
                return known.again(body, self.id), False
            reply = self._change((body.id, Known.counted(body, vector)))
            if isinstance(reply, Known):
                return self._answers.get(body.id, reply).again(body, self.id), False
            if reply:
                return Admitted(vector), True
        raise StatesUnreachable(self._store.where, CONTENDED)

    def settle(self, event: Event, answer: bytes) -> None:
        body = self._bodies.of(event)
        with self._lock:
            self._answers[body.id] = Known.answered(body, answer)

    def learn(self, labels: list[Event]) -> int:
        for one in labels:
            check_label(self._stream, one)
        parts = range(0, len(labels), LABELS)
        return sum(self._learn(labels[start : start + LABELS]) for start in parts)

    def counted(self, data: str, through: int) -> None:
        """All rows of a table are counted, the last of time `through`."""
        facts = self._store.facts()
        assert facts is not None
        self._store.put_facts(
            msgspec.structs.replace(facts, data=data, data_through=through, latest=through)
        )

    @property
    def problem(self) -> str | None:
        """Why no answer is written; None where all is well."""
        return self._behind.problem

    def flush(self) -> None:
        """Write answers; raises StatesUnreachable, and keeps them."""
        with self._lock:
            answers = dict(self._answers)
        self._store.remember(answers)
        with self._lock:
            for number, answer in answers.items():
                if self._answers[number] is answer:
                    del self._answers[number]

    def close(self) -> None:
        self._behind.stop()
        self.flush()
        self._store.close()

    def _learn(self, labels: list[Event]) -> int:
        names = [name for one in labels for name in self._bodies.names(one)]
        for _ in range(ATTEMPTS):
            self._cached.let_go(names)  # a row that is not there may have come since
            self._cached.load(dict.fromkeys(names))
            new = new_labels(self._stream, self._bodies, labels)
            for label in new:
                self._stream.learn(self._bodies.label_event(label))
            if not new or self._change():
                return len(new)
        raise StatesUnreachable(self._store.where, CONTENDED)

    def _change(self, event: tuple[int, Known] | None = None) -> Known | bool:
        """Give the store what was touched, as `RedisStates.change`."""
        reply: Known | bool = False
        try:
            reply = self._store.change(self._cached.changes(), event)
        finally:
            if reply is True:
                self._cached.changed()
            else:
                self._cached.refused()
        return reply

    def _known(self, number: int) -> Known | None:
        return self._answers.get(number) or self._store.known(number)
