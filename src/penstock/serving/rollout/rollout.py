"""The models that answer for a project, followed while the server runs.

A new one is opened and checked whole before one reference is replaced; requests that hold the old
one end with it. Where the new one can't be opened, the old one goes on, and the reason is told.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from penstock.core.errors import PenstockError
from penstock.effects.champions import Store
from penstock.effects.champions.errors import NoChampion
from penstock.serving.contracts import Arm, Origin, Served
from penstock.serving.rollout.challenger import challenger_key
from penstock.serving.rollout.settings import RolloutSettings
from penstock.serving.rollout.shares import Shares

Opener = Callable[[Store, str, str], Served]  # of the project's model with that key
LOOK_SECONDS = 5.0  # between two looks at who challenges, which takes a list of all that is kept
RETRY_SECONDS = 30.0  # a model that could not be opened is tried again


class RolloutState(msgspec.Struct, frozen=True):
    """Who answers now.

    Attributes:
        challenger: the one that has a share, or scores along.
        swaps: how often the models were replaced since the start.
        problem: why they are not those that the pointer and params.yaml name; None where they are.
    """

    project: str
    mode: str
    champion: Origin
    challenger: Origin | None
    share: float
    swaps: int
    problem: str | None


class Rollout:
    """Implements contracts.Arms for the project, by what lies in the store of champions.

    Args:
        opener: opens a model, its files checked first.

    Raises:
        NoChampion: the project has none.
        PenstockError: the champion can't be opened. A challenger that can't be is told by `state`.
    """

    def __init__(self, root: Path, project: str, settings: RolloutSettings, opener: Opener) -> None:
        self._project, self._settings, self._opener = project, settings, opener
        self._store = Store.open(root)
        self._failed: dict[str, tuple[float, str]] = {}
        self._swaps = 0
        self._problem: str | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"rollout-{project}", daemon=True)
        self._now = Shares(opener(self._store, project, self._champion_key()), None, 0.0, "")
        self.check()
        self._swaps = 0

    def choose(self, entity: str) -> tuple[Served, Arm]:
        return self._now.choose(entity)

    def shadows(self) -> tuple[Served, ...]:
        return self._now.shadows()

    def start(self) -> None:
        """Follow the pointer from now on, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Follow it no longer; the models go on answering."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def state(self) -> RolloutState:
        now, settings = self._now, self._settings
        beside = _beside(now)
        return RolloutState(
            project=self._project,
            mode=settings.mode,
            champion=now.champion.origin,
            challenger=None if beside is None else beside.origin,
            share=settings.share if now.challenger is not None else 0.0,
            swaps=self._swaps,
            problem=self._problem,
        )

    def check(self) -> bool:
        """Look at the store now; whether a model was replaced. What is wrong is told by `state`."""
        with self._lock:
            problems: list[str] = []
            was, champion = self._now, self._now.champion
            try:
                champion = self._opened(self._champion_key())
            except PenstockError as error:
                problems.append(str(error))
            beside = self._challenger(champion, problems)
            self._problem = "\n".join(problems) or None
            if champion is was.champion and beside is _beside(was):
                return False
            self._now = self._deal(champion, beside)
            self._swaps += 1
            return True

    def _challenger(self, champion: Served, problems: list[str]) -> Served | None:
        """The challenger as it should be now; the one that is there, where that can't be had."""
        settings, now = self._settings, _beside(self._now)
        if settings.mode == "off" or settings.challenger is None:
            return None
        try:
            key = challenger_key(self._store, self._project, settings.challenger)
            now = None if key == champion.origin.key else self._opened(key)
        except PenstockError as error:
            problems.append(str(error))
        return None if now is None or now.origin.key == champion.origin.key else now

    def _champion_key(self) -> str:
        pointer = self._store.pointer(self._project)
        if pointer is None:
            raise NoChampion(self._project)
        return pointer.key

    def _opened(self, key: str) -> Served:
        """The model of that key; one that could not be opened is not tried at every look."""
        for one in (self._now.champion, _beside(self._now)):
            if one is not None and one.origin.key == key:
                return one
        tried, why = self._failed.get(key, (-math.inf, ""))
        if time.monotonic() - tried < RETRY_SECONDS:
            raise PenstockError(why)
        try:
            served = self._opener(self._store, self._project, key)
        except PenstockError as error:
            self._failed[key] = (time.monotonic(), str(error))
            raise
        self._failed.pop(key, None)
        return served

    def _deal(self, champion: Served, beside: Served | None) -> Shares:
        settings = self._settings
        if settings.mode == "shadow":
            shadows = () if beside is None else (beside,)
            return Shares(champion, None, 0.0, settings.experiment, shadows)
        return Shares(champion, beside, settings.share, settings.experiment)

    def _watch(self) -> None:
        bucket = "://" in self._store.url
        settings = self._settings
        every = settings.watch_bucket_seconds if bucket else settings.watch_seconds
        looked = time.monotonic()
        while not self._stop.wait(every):
            if self._pointer_moved() or time.monotonic() - looked >= LOOK_SECONDS:
                self.check()
                looked = time.monotonic()

    def _pointer_moved(self) -> bool:
        """Whether the champion is another, or the pointer not as it should be."""
        try:
            return self._champion_key() != self._now.champion.origin.key
        except PenstockError:
            return True


def _beside(shares: Shares) -> Served | None:
    """The model that stands beside the champion, whatever it does there."""
    return shares.challenger or next(iter(shares.shadows()), None)
