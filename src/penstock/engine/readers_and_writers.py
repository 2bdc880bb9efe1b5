"""DVC's list of who reads and writes what (`.dvc/tmp/rwlock`), after somebody was killed.

DVC writes it in place and believes that a process lives as long as its number is taken, be it by
a zombie that nobody has waited for, as is common in containers. Half a list, or a dead process on
it, would stop every run until somebody mends it by hand.
"""

from __future__ import annotations

import fcntl
import json
import time
from pathlib import Path
from typing import Any

from penstock.core.files import write_text

DYING_SECONDS = 2.0


def mend(folder: Path) -> None:
    """Take the dead off the list in DVC's temporary `folder`, and drop half a list."""
    file = folder / "rwlock"
    if not file.is_file():
        return
    deadline = time.monotonic() + DYING_SECONDS
    with (folder / "rwlock.lock").open("a") as guard:  # DVC holds it while it writes the list
        fcntl.flock(guard, fcntl.LOCK_EX)
        try:
            listed = json.loads(file.read_text(encoding="utf-8"))
            alive = _without_the_dead(listed, deadline)
        except (ValueError, KeyError, TypeError, AttributeError):
            file.unlink()
            return
        if alive != listed:
            write_text(file, json.dumps(alive))


def _without_the_dead(listed: dict[str, Any], deadline: float) -> dict[str, Any]:
    writers = {path: one for path, one in listed["write"].items() if _lives(one, deadline)}
    readers = {
        path: [one for one in some if _lives(one, deadline)]
        for path, some in listed["read"].items()
    }
    return {"write": writers, "read": {path: some for path, some in readers.items() if some}}


def _lives(one: dict[str, Any], deadline: float) -> bool:
    """Whether a process is at work; one of ours is given a moment, as it ends with its run."""
    import psutil

    while True:
        try:
            if psutil.Process(one["pid"]).status() == psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            return False
        if "penstock" not in one["cmd"] or time.monotonic() > deadline:
            return True
        time.sleep(0.02)
