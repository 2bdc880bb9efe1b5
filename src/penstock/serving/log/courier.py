"""The thread that has spools brought home by a process of its own, see `home.py`."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from penstock.serving.log.shelf import spool_folder
from penstock.serving.log.spool import spools

LOOK_SECONDS = 5.0  # a process that shares the folder may have died since
LEAVE_SECONDS = 20.0  # at a stop; what is not home by then is safe where it is


class Told(msgspec.Struct):
    """What the process answers."""

    problem: str | None
    unfit: int


class Courier:
    """Has what lies on the spools of `root` brought home; the process starts with the first.

    Attributes:
        problem: why the last attempt failed; it is made again. None where it did not.
        unfit: predictions that no table takes, so far.
    """

    def __init__(self, root: Path, compact_files: int) -> None:
        self._command = [sys.executable, "-m", "penstock.serving.log.home"]
        self._command += [str(root), str(compact_files)]
        self._folder = spool_folder(root)
        self.problem: str | None = None
        self.unfit = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="prediction-home", daemon=True)

    def start(self) -> None:
        """What other processes left is fetched at once."""
        self._wake.set()
        self._thread.start()

    def wake(self) -> None:
        """There is a spool to be fetched."""
        self._wake.set()

    def close(self) -> None:
        """Fetch what is there, once more, and end."""
        self._stop.set()
        self._wake.set()
        self._thread.join(LEAVE_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(LOOK_SECONDS)
            self._wake.clear()
            if not self._stop.is_set() and (self._process or spools(self._folder)):
                self._send()
        if self._process or spools(self._folder):
            self._send(last=True)

    def _send(self, last: bool = False) -> None:
        """One errand; without an answer the process has died, and the next has another."""
        try:
            process = self._process = self._process or self._start()
            assert process.stdin is not None and process.stdout is not None
            if last:
                process.stdin.close()
            else:
                process.stdin.write(b"\n")
                process.stdin.flush()
            told = msgspec.json.decode(process.stdout.readline(), type=Told)
            self.problem, self.unfit = told.problem, self.unfit + told.unfit
        except (OSError, msgspec.DecodeError):
            self.problem = "the process that brings predictions home has ended; see its last words"
            last = True
        if last and self._process is not None:
            _bury(self._process)
            self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        """Not of the terminal's group: Ctrl-C is for the server, which ends it in its own time."""
        return subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )


def _bury(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of one that has ended, or does now."""
    for end in (process.stdin, process.stdout):
        if end is not None:
            with contextlib.suppress(OSError):
                end.close()
    process.wait()
