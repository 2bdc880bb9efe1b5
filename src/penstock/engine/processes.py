"""A child process and everything it started, which end together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

GRACE_SECONDS = 5.0


class ProcessGroup:
    """A command in a process group of its own: Ctrl-C in the terminal does not reach it.

    Args:
        command: program and arguments.
        folder: where it runs.
        environment: its whole environment.
        descriptors: open files that it inherits, under the same numbers.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        descriptors: Collection[int] = (),
    ) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            process_group=0,
            pass_fds=tuple(descriptors),
        )
        self._asked: float | None = None
        self._ending = threading.RLock()  # a signal may ask for the end amid the end

    @property
    def pid(self) -> int:
        """The leader's, which is the group's."""
        return self._process.pid

    def follow(self, say: Callable[[str], None]) -> int:
        """Hand every line of output to `say` as it comes; the exit status of the leader.

        What the leader has left behind in the background is ended with it: it holds the output
        open, and nobody would wait for it.
        """
        reader = threading.Thread(target=self._read, args=(say,), daemon=True)
        reader.start()
        status = self._process.wait()
        reader.join(0.1)
        self.end()
        reader.join(GRACE_SECONDS)
        return status

    def ask(self) -> float:
        """Ask the whole group to stop, once; when that was, by the monotonic clock."""
        if self._asked is None:
            self._asked = time.monotonic()
            self._signal(signal.SIGTERM)
        return self._asked

    def end(self) -> None:
        """Ask the whole group to stop; kill what has not GRACE_SECONDS after it was asked."""
        with self._ending:
            deadline = self.ask() + GRACE_SECONDS
            while self._is_alive() and time.monotonic() < deadline:
                time.sleep(0.02)
            self._signal(signal.SIGKILL)
            self._process.wait()

    def _read(self, say: Callable[[str], None]) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                if line.strip():
                    say(line.rstrip())

    def _is_alive(self) -> bool:
        self._process.poll()  # a finished leader that nobody waited for still counts as alive
        try:
            os.killpg(self._process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
