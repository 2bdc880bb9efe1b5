"""Features over states that one process owns: in memory, with a journal behind them.

An event is counted in memory and answered; a moment later its entry is in the journal, and some
time after that the states it changed are written whole, all of them as of one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from penstock.features.clock import DAY
from penstock.features.featureset import FeatureSet
from penstock.features.stream import Stream
from penstock.serving.contracts import Admitted, Event
from penstock.serving.online.bodies import Bodies, Body, Label
from penstock.serving.online.errors import AlreadyCounted, StatesUnreachable
from penstock.serving.online.hot import Hot, Name
from penstock.serving.online.journal_file import EVENT, LABEL, Entry, JournalFile
from penstock.serving.online.known import Known
from penstock.serving.online.labels import new_labels
from penstock.serving.online.project import states_key
from penstock.serving.online.regularly import MENDED, Regularly
from penstock.serving.online.settings import OnlineSettings
from penstock.serving.online.states_file import Facts, StatesFile

if TYPE_CHECKING:
    from penstock.features.kept import Kept

STATES, JOURNAL = "states.db", "journal.db"
WAITING = 200_000  # entries in memory; where the disk does not take them, no more are accepted
AT_A_TIME = 10  # states copied while answers wait
PAUSE = 0.001  # seconds between, so that answers don't


class OnlineState(NamedTuple):
    """For metrics: states in memory, those changed since the last checkpoint, entries to write."""

    entities: int
    changed: int
    waiting: int


class OwnedFeatures:
    """`contracts.Features` over the files in `folder`, as the last process left them.

    Args:
        release: called when all is on disk: the files may be opened by another process.
    """

    def __init__(
        self,
        features: FeatureSet,
        entity: str,
        folder: Path,
        settings: OnlineSettings,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self._release = release
        self.names, self.id, self.entity = features.names, features.id, entity
        self._where, self._ids_days = folder, settings.ids_days
        self._states = StatesFile(folder / STATES)
        self._journal = JournalFile(folder / JOURNAL)
        self._hot = Hot(self._load, settings.hot_entities)
        self._stream = Stream(features, self._hot)
        self._bodies = Bodies(self._stream)
        self._lock, self._writing = Lock(), Lock()
        self._entries: list[Entry] = []
        self._known: dict[int, Known] = {}
        self._in_flight: Mapping[int, Known] = {}
        self._behind = (
            Regularly("journal", settings.flush_seconds, self.flush),
            Regularly("states", settings.flush_seconds, self._checkpoint_when_due),
        )
        self._checkpoint_seconds = settings.checkpoint_seconds
        self._checkpoint_at = monotonic() + self._checkpoint_seconds
        facts = self._states.facts()
        if facts is None:  # from now on they are there, and nothing may be made in their place
            facts = Facts(states_key(features))
            self._states.write([], facts)
        self._facts = facts
        self._number = max(self._facts.through, self._journal.last)
        self._latest, self._highest = self._facts.latest, self._facts.highest
        for what, fields in self._journal.since(self._facts.through):
            self._again(what, fields)

    def admit(self, event: Event) -> Admitted:
        return self.count(event)[0]

    def count(self, event: Event) -> tuple[Admitted, bool]:
        """What `admit` gives, and whether the event is new; raises as it does."""
        body = self._bodies.of(event)
        with self._lock:
            known = self._find(body.id)
            if known is not None:
                return known.again(body, self.id), False
            if self._may_be_counted(body.id) and self._stream.row(event) is not None:
                raise AlreadyCounted(self.id, body.id)
            if len(self._entries) >= WAITING:
                raise StatesUnreachable(str(self._where), self.problem or "the disk is slow")
            vector = self._stream.update(event)
            self._entries.append((EVENT, body.values))
            self._known[body.id] = Known.counted(body, vector)
            self._came(body)
        return Admitted(vector), True

    def settle(self, event: Event, answer: bytes) -> None:
        body = self._bodies.of(event)
        with self._lock:
            self._known[body.id] = Known.answered(body, answer)

    def learn(self, labels: list[Event]) -> int:
        with self._lock:
            new = new_labels(self._stream, self._bodies, labels)
            for label in new:
                self._stream.learn(self._bodies.label_event(label))
                self._entries.append((LABEL, label))
        return len(new)

    def start(self) -> None:
        """Write behind, until it is closed."""
        for one in self._behind:
            one.start()

    def state(self) -> OnlineState:
        return OnlineState(len(self._hot), self._hot.changed, len(self._entries))

    @property
    def problem(self) -> str | None:
        """Why nothing is written; None where all is well."""
        return next((one.problem for one in self._behind if one.problem), None)

    def flush(self, also: Callable[[], None] = lambda: None) -> int:
        """Write what waits to the journal; the number of its last entries.

        Args:
            also: done in the moment between what is written and what is not.

        Raises:
            sqlite3.Error, OSError: nothing was written, and all of it waits on.
        """
        with self._writing:
            with self._lock:
                entries, self._entries = self._entries, []
                self._in_flight, self._known = self._known, {}
                self._number += bool(entries)
                also()
            try:
                self._journal.write(self._number, entries, self._in_flight)
            except BaseException:
                with self._lock:
                    self._entries = entries + self._entries
                    self._known = {**self._in_flight, **self._known}
                raise
            finally:
                self._in_flight = {}
            return self._number

    def counted(self, data: str, through: int) -> None:
        """All rows of a table are counted, the last of time `through`; raises as `checkpoint`."""
        self._facts = msgspec.structs.replace(self._facts, data=data, data_through=through)
        self.checkpoint()

    def checkpoint(self) -> None:
        """Write the states that have changed, and let go of the journal.

        Raises:
            sqlite3.Error, OSError: nothing was written, and the journal stays.
        """
        try:
            through = self.flush(self._hot.begin)
            facts = msgspec.structs.replace(
                self._facts, latest=self._latest, highest=self._highest, through=through
            )
            self._states.write(self._copies(), facts)
        except BaseException:
            with self._lock:
                self._hot.fail()
            raise
        with self._lock:
            self._hot.end()
        with self._writing:
            self._journal.forget(through, (self._latest or 0) - self._ids_days * DAY)

    def close(self) -> None:
        """Put everything on disk; raises StatesUnreachable where it does not take it."""
        for one in self._behind:
            one.stop()
        try:
            self.checkpoint()
        except MENDED as error:
            raise StatesUnreachable(str(self._where), str(error)) from None
        finally:
            self._states.close()
            self._journal.close()
            self._release()

    def _checkpoint_when_due(self) -> None:
        if self._hot.full or monotonic() >= self._checkpoint_at:
            self._checkpoint_at = monotonic() + self._checkpoint_seconds
            self.checkpoint()

    def _copies(self) -> Iterator[dict[Name, bytes]]:
        while True:
            with self._lock:
                some = self._hot.copy(AT_A_TIME)
            if not some:
                return
            yield some
            sleep(PAUSE)

    def _load(self, entity: str, key: Hashable) -> Kept | None:
        from penstock.features.kept import Kept

        state = self._states.state(entity, key)
        return None if state is None else Kept.from_bytes(self._stream.layouts[entity], state)

    def _find(self, number: int) -> Known | None:
        for some in (self._known, self._in_flight):
            if number in some:
                return some[number]
        return self._journal.known(number) if self._may_be_counted(number) else None

    def _may_be_counted(self, number: int) -> bool:
        """Ids that grow, as most do, are new at a glance."""
        return self._highest is not None and number <= self._highest

    def _came(self, body: Body) -> None:
        time = body.values[1]
        self._latest = time if self._latest is None else max(self._latest, time)
        self._highest = body.id if self._highest is None else max(self._highest, body.id)

    def _again(self, what: int, fields: tuple[Any, ...]) -> None:
        """An entry of the journal."""
        if what == LABEL:
            self._stream.learn(self._bodies.label_event(Label(*fields)))
            return
        event = self._bodies.event(fields)
        self._stream.update(event)
        self._came(self._bodies.of(event))
