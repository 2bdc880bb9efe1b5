"""States in files, owned by one process at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from penstock.core.files import atomic
from penstock.engine.exclusive import Taken, exclusive
from penstock.features.featureset import FeatureSet
from penstock.serving.online.errors import StatesDamaged, StatesTaken, StatesUnreachable
from penstock.serving.online.hot import Name
from penstock.serving.online.journal_file import JournalFile
from penstock.serving.online.owned import JOURNAL, STATES, OwnedFeatures
from penstock.serving.online.settings import OnlineSettings
from penstock.serving.online.states_file import Facts, StatesFile


class OwnedStore:
    """The files in `folder`.

    Attributes:
        where: for a person.
    """

    def __init__(
        self, features: FeatureSet, entity: str, folder: Path, settings: OnlineSettings
    ) -> None:
        self._features, self._entity, self._settings = features, entity, settings
        self._folder, self.where = folder, str(folder)
        self._lock = ExitStack()

    def own(self) -> None:
        """Keep other processes out until `close`, or until what `open` gave is closed.

        Raises:
            StatesTaken: another one is in.
            StatesUnreachable: the folder can't be written.
        """
        try:
            self._lock.enter_context(exclusive(self._folder / "lock", "a server"))
        except Taken as taken:
            raise StatesTaken(self.where, str(taken.holder or "another process")) from None
        except OSError as error:
            raise StatesUnreachable(self.where, str(error)) from None

    def close(self) -> None:
        self._lock.close()

    def facts(self) -> Facts | None:
        """What the states have seen; None where there are none; raises StatesDamaged."""
        if not (self._folder / STATES).is_file():
            return None
        with self._whole(), ExitStack() as opened:
            states = StatesFile(self._folder / STATES)
            opened.callback(states.close)
            journal = JournalFile(self._folder / JOURNAL)
            opened.callback(journal.close)
            facts = states.facts()
            if facts is not None and facts.latest is None and journal.last > facts.through:
                return msgspec.structs.replace(facts, latest=0)  # some came, and wait there
            return facts

    def fill(self, states: Iterable[Mapping[Name, bytes]], facts: Facts) -> None:
        """Put states in place of all that is there; ids that came stay remembered."""
        journal = JournalFile(self._folder / JOURNAL)
        through = journal.last
        journal.close()
        target = self._folder / STATES
        with atomic(target) as part:
            file = StatesFile(part)
            file.write(states, msgspec.structs.replace(facts, through=through))
            file.close()
            for left in ("-wal", "-shm"):  # of a killed process: they are no part of the new file
                target.with_name(target.name + left).unlink(missing_ok=True)

    def open(self) -> OwnedFeatures:
        """Features over the states; what the journal holds is counted first.

        Raises:
            StatesDamaged: a file is not as it was written.
        """
        with self._whole():
            return OwnedFeatures(
                self._features, self._entity, self._folder, self._settings, self._lock.close
            )

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise StatesDamaged(self.where, str(error)) from None
