"""One process at a time: a lock on a file, which ends with the process that holds it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Holder:
    """Who holds a lock: the process, what it does, and since when (local time)."""

    pid: int
    what: str
    since: str

    def __str__(self) -> str:
        return f"{self.what} (process {self.pid}, since {self.since})"


class Taken(Exception):
    """Another process holds the lock; `holder` is None where it has not said yet who it is."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__(str(holder))
        self.holder = holder


@contextmanager
def exclusive(
    path: Path, what: str, waiting: Callable[[Holder | None], None] | None = None
) -> Iterator[None]:
    """Hold the lock `path` while the block runs.

    Args:
        what: what is done meanwhile, for whoever finds the lock taken.
        waiting: called once before waiting for it; without it nobody waits.

    Raises:
        Taken: another process holds it, and `waiting` is None.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(path)
            if waiting is None:
                raise Taken(holder) from None
            waiting(holder)
            fcntl.flock(file, fcntl.LOCK_EX)
        now = f"{datetime.now():%H:%M:%S}"
        file.truncate(0)
        file.write(json.dumps(asdict(Holder(os.getpid(), what, now))))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _holder(path: Path) -> Holder | None:
    try:
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
