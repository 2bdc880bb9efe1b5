"""Run one stage: `dvc repro --single-item` as a child process, told apart by what DVC says."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from penstock.core.stage import USER_MISTAKE
from penstock.engine.processes import ProcessGroup
from penstock.engine.stages import Stage

LAST_LINES = 12
MISTAKE = f", exited with {USER_MISTAKE}"  # how DVC ends its line on a command (3.67)


class Outcome(StrEnum):
    """How a stage ended; what a person reads in the UI."""

    RAN = "Ran"
    CACHED = "Cached"
    RESTORED = "Restored"
    FAILED = "Failed"


@dataclass(frozen=True)
class Result:
    """How it ended, and a sentence about it.

    Attributes:
        again: whether another attempt may end otherwise; not where the user has to mend a mistake.
    """

    outcome: Outcome
    message: str
    again: bool = True


class Crew:
    """The stages at work, which end together.

    Args:
        root: the checkout.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._at_work: set[ProcessGroup] = set()
        self._gate = threading.RLock()  # a signal may close it amid `close`
        self._closed = False

    def close(self) -> None:
        """End every stage that is at work; none starts after this."""
        with self._gate:
            self._closed = True
            left = list(self._at_work)
        for group in left:
            group.end()

    def run(self, stage: Stage, say: Callable[[str], None]) -> Result:
        """Bring `stage` up to date, one attempt, its output line by line to `say`.

        Safe to call from many threads: DVC's lock is waited for, and `--single-item` keeps
        the stages from locking each other's files.
        """
        last: deque[str] = deque(maxlen=LAST_LINES)
        seen: set[Outcome] = set()
        marks = marks_of(stage.address)

        def hear(line: str) -> None:
            last.append(line)
            seen.update(outcome for mark, outcome in marks.items() if line.startswith(mark))
            say(line)

        with self._gate:
            if self._closed:
                return Result(Outcome.FAILED, "not started: the run was stopped", again=False)
            group = ProcessGroup(_command(stage), self._root, _environment())
            self._at_work.add(group)
        try:
            with _deadline(stage, group) as late:
                status = group.follow(hear)
        finally:
            group.end()  # also what the stage has left behind in the background
            with self._gate:
                self._at_work.discard(group)
        if late.is_set():
            limit = f"meta.timeout of {stage.meta.timeout}"
            return Result(Outcome.FAILED, f"ended after its {limit} in dvc.yaml\n  fix: raise it")
        if status != 0:
            mistake = any(line.endswith(MISTAKE) for line in last)
            return Result(Outcome.FAILED, f"exit status {status}\n" + "\n".join(last), not mistake)
        outcome = seen.pop() if len(seen) == 1 else Outcome.RAN
        return Result(outcome, _SENTENCES[outcome])


_SENTENCES = {
    Outcome.RAN: "its command ran",
    Outcome.CACHED: "nothing it depends on has changed",
    Outcome.RESTORED: "outs of an earlier run with the same inputs were checked out",
}


def marks_of(address: str) -> dict[str, Outcome]:
    """How a line starts by which DVC says what it does with a stage (dvc/stage, 3.67)."""
    return {
        f"Running stage '{address}':": Outcome.RAN,
        f"Stage '{address}' didn't change, skipping": Outcome.CACHED,
        f"'{address}' didn't change, skipping": Outcome.CACHED,
        f"Stage '{address}' is cached - skipping run": Outcome.RESTORED,
    }


def _command(stage: Stage) -> list[str]:
    repro = ["repro", "--single-item", stage.address]
    return [sys.executable, "-m", "dvc", "--wait-for-lock", *repro]


def _environment() -> dict[str, str]:
    """This process's, with `python` in a stage's command meaning this very interpreter."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1", "DVC_NO_ANALYTICS": "1"}


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
