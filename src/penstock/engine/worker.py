"""Run one stage: one process, at the head of a process group, that reports over a pipe."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from penstock.engine.outcome import SENTENCES, Outcome, Result
from penstock.engine.processes import ProcessGroup
from penstock.engine.stages import Stage

LAST_LINES = 12


class Crew:
    """The stages at work, which end together.

    Args:
        root: the checkout.
        force: run every command, whether anything has changed or not.
    """

    def __init__(self, root: Path, force: bool = False) -> None:
        self._root = root
        self._force = force
        self._at_work: set[ProcessGroup] = set()
        self._gate = threading.RLock()  # a signal may close it amid `close`
        self._closed = threading.Event()

    def close(self) -> None:
        """End every stage that is at work; none starts after this."""
        with self._gate:
            self._closed.set()
            left = list(self._at_work)
        for group in left:
            group.ask()  # all at once, so that one that lingers takes no time from the others
        for group in left:
            group.end()

    def run(self, stage: Stage, say: Callable[[str], None]) -> Result:
        """Bring `stage` up to date, one attempt, its output line by line to `say`.

        Safe to call from many threads: DVC's lock is waited for, and each attempt looks at its
        own stage alone, so that they don't lock each other's files.
        """
        start = time.monotonic()
        last: deque[str] = deque(maxlen=LAST_LINES)

        def hear(line: str) -> None:
            last.append(line)
            say(line)

        with contextlib.ExitStack() as stack:
            report, life = stack.enter_context(_Pipe()), stack.enter_context(_Pipe())
            with self._gate:
                if self._closed.is_set():
                    return Result(Outcome.FAILED, "not started: the run was stopped", again=False)
                group = self._start(stage, report, life)
                self._at_work.add(group)
            try:
                report.close_writer()
                with _deadline(stage, group) as late:
                    status = group.follow(hear)
            finally:
                group.end()
                with self._gate:
                    self._at_work.discard(group)
            ended = report.read()
        seconds = time.monotonic() - start
        if late.is_set():
            limit = f"meta.timeout of {stage.meta.timeout}"
            said = f"ended after its {limit} in dvc.yaml\n  fix: raise it"
            return Result(Outcome.FAILED, said, seconds=seconds)
        if self._closed.is_set() and not ended:
            return Result(Outcome.FAILED, "ended: the run was stopped", False, seconds)
        return _result(ended, status, "\n".join(last), seconds)

    def _start(self, stage: Stage, report: _Pipe, life: _Pipe) -> ProcessGroup:
        module = [sys.executable, "-m", "penstock.engine.attempt"]
        pipes = [str(report.writer), str(life.reader)]
        options = ["--force"] if self._force else []
        command = [*module, str(self._root), stage.address, *pipes, *options]
        given = (report.writer, life.reader)
        return ProcessGroup(command, self._root, _environment(self._root), given)


class _Pipe:
    """A pipe whose ends are closed when the `with` block is left."""

    def __enter__(self) -> _Pipe:
        self.reader, self.writer = os.pipe()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.reader)
        self.close_writer()

    def close_writer(self) -> None:
        """Only the child is to write; closed twice is closed once."""
        if self.writer >= 0:
            os.close(self.writer)
            self.writer = -1

    def read(self) -> dict[str, Any]:
        """The line that the child has written; nothing where it was killed before it could."""
        os.set_blocking(self.reader, False)
        with contextlib.suppress(BlockingIOError):  # somebody else still holds the other end
            line = os.read(self.reader, 4096)
            with contextlib.suppress(ValueError):
                found: dict[str, Any] = json.loads(line)
                return found
        return {}


def _result(ended: dict[str, Any], status: int, tail: str, seconds: float) -> Result:
    if not ended:
        how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
        said = f"the worker was ended before it could report ({how})\n{tail}"
        return Result(Outcome.FAILED, said, seconds=seconds)
    outcome = Outcome(ended["outcome"])
    if outcome is not Outcome.FAILED:
        return Result(outcome, SENTENCES[outcome], seconds=seconds)
    from penstock.core.stage import USER_MISTAKE

    of_command: int | None = ended["status"]
    said = tail if of_command is None else f"exit status {of_command}\n{tail}"
    return Result(outcome, said, of_command != USER_MISTAKE, seconds)


def _environment(root: Path) -> dict[str, str]:
    """This process's; `python` means this very interpreter, `penstock` the code in `root`."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1", "DVC_NO_ANALYTICS": "1"}
    code = root / "src"
    if (code / "penstock").is_dir():  # what dvc.yaml names as deps is what has to run
        after = os.environ.get("PYTHONPATH")
        found["PYTHONPATH"] = os.pathsep.join([str(code), *([after] if after else [])])
    return found


@contextmanager
def _deadline(stage: Stage, group: ProcessGroup) -> Iterator[threading.Event]:
    """End `group` once the stage's time is up; the event says that it came to that."""
    late = threading.Event()
    if stage.meta.timeout_seconds is None:
        yield late
        return

    def end() -> None:
        late.set()
        group.end()

    timer = threading.Timer(stage.meta.timeout_seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
