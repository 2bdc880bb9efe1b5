"""A bar on a terminal, a line now and then in a log: for whatever takes longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from penstock.core.stage import log

SECONDS_BETWEEN_LINES = 10.0

Tell = Callable[[str, int, int], None]


@contextmanager
def progress(unit: str = "") -> Iterator[Tell]:
    """Yield `tell(what, done, total)`; a total of 0 means nobody knows; unit "bytes" shows MB."""
    if sys.stderr.isatty():
        with _bar(unit) as tell:
            yield tell
    else:
        yield _lines(unit)


@contextmanager
def _bar(unit: str) -> Iterator[Tell]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    amount = (
        [DownloadColumn(), TransferSpeedColumn()] if unit == "bytes" else [MofNCompleteColumn()]
    )
    columns = (TextColumn("{task.description}"), BarColumn(), *amount, TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total or None)
            bars.update(tasks[what], completed=done, total=total or None)

        yield tell


def _lines(unit: str) -> Tell:
    last = time.monotonic()

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < SECONDS_BETWEEN_LINES:
            return
        last = time.monotonic()
        share = f" ({done / total:.0%})" if total else ""
        amount = f"{done / 1e6:,.1f} MB" if unit == "bytes" else f"{done:,} {unit}".rstrip()
        log.info("  %s: %s%s", what, amount, share)

    return tell
