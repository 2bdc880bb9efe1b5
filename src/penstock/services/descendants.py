"""Processes below ours: a run whose worker was killed is still ours to end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psutil import Process

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
GRACE_SECONDS = 10.0


def adopt() -> None:
    """From now on a descendant that loses its parent becomes our child (Linux; else nothing)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_below(pid: int) -> None:
    """Ask all that the process `pid` has started to stop; kill what has not in GRACE_SECONDS."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        end(psutil.Process(pid).children(recursive=True))


def end_orphans(known: Collection[int]) -> None:
    """The same for children of ours that nobody knows: adopted ones, with all below them.

    Args:
        known: children that somebody else ends.
    """
    import psutil

    for child in _adopted(known):
        with contextlib.suppress(psutil.NoSuchProcess):
            end([child, *child.children(recursive=True)])
    reap(known)


def reap(known: Collection[int]) -> None:
    """Take note of adopted children that have ended, else each stays listed as a zombie.

    Args:
        known: children that somebody else waits for.
    """
    import psutil

    for child in _adopted(known):
        with contextlib.suppress(psutil.NoSuchProcess, ChildProcessError):
            if child.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(child.pid, os.WNOHANG)


def end(processes: list[Process]) -> None:
    """Ask them to stop; kill what has not in GRACE_SECONDS."""
    import psutil

    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.terminate()
    for one in psutil.wait_procs(processes, GRACE_SECONDS)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


def _adopted(known: Collection[int]) -> list[Process]:
    import psutil

    return [child for child in psutil.Process().children() if child.pid not in known]
