"""The prediction log of a server: taken in memory, on disk within a flush, home later.

One thread writes what was taken to a spool, see `spool.py`; a process of its own brings spools that
are full or old to the shelf. A request pays for the length of a list and an append.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from penstock.serving.contracts import Prediction
from penstock.serving.log.courier import Courier
from penstock.serving.log.errors import LogFull, LogUnwritten
from penstock.serving.log.frames import to_frame
from penstock.serving.log.ids import new_id
from penstock.serving.log.recent import find_on_spools
from penstock.serving.log.settings import LogSettings
from penstock.serving.log.shelf import Shelf, spool_folder
from penstock.serving.log.spool import Spool

CHUNK = 500  # predictions in a frame: to make one holds the interpreter for some .3 ms
UNFIT = (ValueError, TypeError, OverflowError)


class LogState(msgspec.Struct, frozen=True):
    """How the log does.

    Attributes:
        taken: predictions since the start.
        waiting: those that are in memory alone.
        dropped: those that were answered unlogged: the log was full and `when_full` is `serve`, or
            they were none that could be written.
        problem: why nothing can be written, or brought home; None where all is well.
    """

    taken: int
    waiting: int
    dropped: int
    problem: str | None


class SpooledLog:
    """The log of all projects of one server process in `root`.

    Args:
        shelf: opens it, for who asks for a prediction that is home already.
    """

    def __init__(self, root: Path, settings: LogSettings, shelf: Callable[[], Shelf]) -> None:
        self._folder, self._settings, self._shelf = spool_folder(root), settings, shelf
        self._taken: list[Prediction] = []  # the first of them are leaving it
        self._bound = settings.rows
        self._came = self._left = 0  # KiB of lists: each is written by one thread alone
        self._written = self._dropped = 0
        self._spool: Spool | None = None
        self._opened = 0.0
        self._problem: str | None = None
        self._courier = Courier(root, settings.compact_files)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prediction-log", daemon=True)
        self._courier.start()
        self._thread.start()

    def append(self, prediction: Prediction) -> None:
        taken, size = self._taken, len(prediction.listed) >> 10
        if len(taken) + self._came - self._left >= self._bound:
            if self._settings.when_full == "shed":
                raise LogFull(len(taken), self._problem)
            self._dropped += 1
            return
        self._came += size
        taken.append(prediction)

    def find(self, prediction_id: str) -> Prediction | None:
        for one in reversed(self._taken.copy()):
            if one.id == prediction_id:
                return one
        return find_on_spools(self._folder, prediction_id) or self._shelf().find(prediction_id)

    def state(self) -> LogState:
        waiting = len(self._taken)
        courier = self._courier
        dropped, problem = self._dropped + courier.unfit, self._problem or courier.problem
        return LogState(self._written + waiting, waiting, dropped, problem)

    def close(self) -> None:
        """Write all that was taken; what can't be brought home now is by the next start.

        Raises:
            LogUnwritten: the disk takes no more.
        """
        if self._stop.is_set():
            return
        self._stop.set()
        self._thread.join()
        self._flush()
        self._seal()
        self._courier.close()
        if self._taken:
            raise LogUnwritten(len(self._taken), self._problem or "")

    def _run(self) -> None:
        while not self._stop.wait(self._settings.flush_seconds):
            self._flush()
            if self._spool and time.monotonic() - self._opened >= self._settings.pack_seconds:
                self._seal()

    def _flush(self) -> None:
        """Put on disk what was taken; what could not be is tried again by the next flush."""
        batch = self._taken.copy()
        if not batch:
            return
        try:
            self._write(batch)
        except Exception as error:  # the thread lives on, whatever it was
            self._problem = f"{self._folder}: {getattr(error, 'strerror', None) or error!r}"
        else:
            self._problem = None

    def _write(self, batch: list[Prediction]) -> None:
        if self._spool is None:
            self._spool = Spool(self._folder, new_id(time.time_ns() // 1000))
            self._opened = time.monotonic()
        unfit: list[Prediction] = []
        self._spool.write(_frames(batch, unfit))
        del self._taken[: len(batch)]
        if self._came != self._left:
            self._left += sum(len(one.listed) >> 10 for one in batch)
        self._written += len(batch)
        self._dropped += len(unfit)
        if self._spool.size >= self._settings.spool_bytes:
            self._seal()

    def _seal(self) -> None:
        if self._spool is not None:
            self._spool.close()
            self._spool = None
            self._courier.wake()


def _frames(batch: list[Prediction], unfit: list[Prediction]) -> Iterator[bytes]:
    """The frames of a batch, made while those before are written.

    Args:
        unfit: takes the predictions that are none that could be written.
    """
    for start in range(0, len(batch), CHUNK):
        chunk = batch[start : start + CHUNK]
        try:
            yield to_frame(chunk)
        except UNFIT:
            for one in chunk:
                try:
                    frame = to_frame([one])
                except UNFIT:
                    unfit.append(one)
                else:
                    yield frame
