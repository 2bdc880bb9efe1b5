"""Something done again and again behind the thread that answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from threading import Event, Thread

from penstock.core.errors import PenstockError

MENDED = (OSError, sqlite3.Error, PenstockError)  # a full disk, a locked file, a store that is away


class Regularly:
    """A thread that calls `action` every so many seconds.

    Attributes:
        problem: why the last call failed; it is tried again. None where it went well.
    """

    def __init__(self, what: str, seconds: float, action: Callable[[], object]) -> None:
        self._seconds, self._action = seconds, action
        self._stopped = Event()
        self._thread = Thread(target=self._run, name=f"penstock {what}", daemon=True)
        self.problem: str | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the call that runs come to its end."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                self._action()
                self.problem = None
            except MENDED as error:
                self.problem = str(error)
