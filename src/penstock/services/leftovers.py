"""Servers whose `penstock up` was killed: nobody looks after them, and they hold its ports."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from penstock.core.files import read_json, write_json
from penstock.services import descendants
from penstock.services.running import FOLDER

FILE = FOLDER / "processes.json"


def note(root: Path, pids: Iterable[int]) -> None:
    """Keep in mind which processes serve `root`; a pid alone may be another's one day."""
    import psutil

    born = {}
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            born[str(pid)] = psutil.Process(pid).create_time()
    write_json(root / FILE, born)


def end_left(root: Path) -> int:
    """End what was noted and still runs, with all below it; how many there were.

    Only for who holds the workspace, see `running.alone`.
    """
    import psutil

    try:
        born = dict(read_json(root / FILE))
    except (OSError, ValueError, TypeError):
        return 0
    ended = 0
    for pid, when in born.items():
        with contextlib.suppress(psutil.NoSuchProcess, ValueError):
            process = psutil.Process(int(pid))
            if process.create_time() == when and process.is_running():
                descendants.end_below(process.pid)
                descendants.end([process])
                ended += 1
    forget(root)
    return ended


def forget(root: Path) -> None:
    (root / FILE).unlink(missing_ok=True)
