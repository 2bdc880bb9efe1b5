"""SIGINT, SIGTERM and SIGHUP end this process at once, after what it has started."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MESSAGE = "ended by {}; what had ended before is kept\n"


class Ending:
    """What is to be ended before this process is; the last that was named comes first.

    Nothing is unwound: a terminal sends its signal to the whole group, so that a server among
    our children may be gone already, and whoever unwinds would wait for its answer.
    """

    def __init__(self) -> None:
        self._ends: list[Callable[[], None]] = []
        self._watching = False

    def watch(self) -> None:
        """From now on these signals mean the end; one that is ignored (`nohup`) stays ignored."""
        self._watching = True
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._leave)

    def first(self, end: Callable[[], None]) -> None:
        """Have `end` called before all that was named so far.

        Where signals are watched they are watched anew: others may have set handlers since.
        """
        self._ends.insert(0, end)
        if self._watching:
            self.watch()

    def _leave(self, number: int, frame: FrameType | None) -> None:
        for one in SIGNALS:
            signal.signal(one, signal.SIG_IGN)
        logging.disable()  # whoever loses its server now would only complain
        for end in self._ends:
            with contextlib.suppress(Exception):
                end()
        with contextlib.suppress(OSError):  # the terminal may be gone
            os.write(2, f"\n{MESSAGE.format(signal.Signals(number).name)}".encode())
        os._exit(128 + number)
