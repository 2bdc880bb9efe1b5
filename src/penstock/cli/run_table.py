"""A run in the terminal: a live table, or a line a stage where nobody watches."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from penstock.engine.build import Build
from penstock.engine.facts import fact_of
from penstock.engine.outcome import Outcome, Result
from penstock.engine.plan import Planned
from penstock.engine.stages import Stage

if TYPE_CHECKING:  # only a terminal needs them, and a log should not wait for their import
    from rich.live import Live
    from rich.table import Table

COLOURS = {
    Outcome.RAN: "green",
    Outcome.CACHED: "bright_black",
    Outcome.RESTORED: "cyan",
    Outcome.FAILED: "bold red",
    Outcome.NOT_READY: "yellow",
}
PLANNED = {"stale": "stale", "maybe": "maybe", "current": "up to date"}


@dataclass
class Row:
    """What is known of one stage while the run goes on."""

    why: str
    began: float | None = None
    last: str = ""
    result: Result | None = None
    fact: str = ""


class RunTable:
    """Watches a run and shows it.

    Args:
        console: where; a terminal gets a table that is drawn anew, anything else a line at each
            stage's end.
        quiet: say nothing at all.
    """

    def __init__(self, build: Build, console: Console, quiet: bool = False) -> None:
        self._build, self._console, self._quiet = build, console, quiet
        self._rows = {one.address: Row(one.why) for one in build.plan}
        self._gate = threading.Lock()
        self._live = self._open() if console.is_terminal and not quiet else None

    def _open(self) -> Live:
        from rich.live import Live

        return Live(console=self._console, get_renderable=self._table, refresh_per_second=4)

    def start(self) -> None:
        if self._live:
            self._live.start()

    def stop(self) -> None:
        """Leave the table as it is, and the cursor below it."""
        if self._live:
            self._live.stop()

    def started(self, stage: Stage) -> None:
        self._rows[stage.address].began = time.monotonic()

    def said(self, stage: Stage, line: str) -> None:
        if not line.startswith("stale: "):
            self._rows[stage.address].last = line

    def ended(self, stage: Stage, result: Result) -> None:
        row = self._rows[stage.address]
        if result.outcome in {Outcome.RAN, Outcome.RESTORED}:
            row.fact = fact_of(self._build.root, stage)
        row.result = result
        if self._live is None and not self._quiet:
            with self._gate:
                parts = [f"{result.outcome:9}", _seconds(result.seconds), f"{stage.address:28}"]
                more = row.fact or (brief(row.why) if result.outcome is not Outcome.CACHED else "")
                self._console.print(
                    "  ".join([*parts, more]).rstrip(), soft_wrap=True, markup=False
                )

    def _table(self) -> Table:
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
        table.add_column("stage", no_wrap=True)
        table.add_column("state", no_wrap=True)
        table.add_column("time", justify="right", no_wrap=True)
        table.add_column("why it is stale", no_wrap=True, overflow="ellipsis", ratio=1)
        table.add_column("", no_wrap=True, overflow="ellipsis", ratio=1)
        for address, row in self._rows.items():
            table.add_row(address, *_cells(row))
        return table


@contextmanager
def show(build: Build, console: Console, quiet: bool = False) -> Iterator[RunTable]:
    """The table of `build`, live while the block runs."""
    table = RunTable(build, console, quiet)
    table.start()
    try:
        yield table
    finally:
        table.stop()


def print_plan(plan: Sequence[Planned], console: Console) -> None:
    """What is stale and why, and what a run would do about it."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("stage", "state", "why"):
        table.add_column(name)
    for one in plan:
        table.add_row(one.address, Text(PLANNED[one.state], _shade(one)), Text(one.why))
    console.print(table)
    counts = {state: sum(1 for one in plan if one.state == state) for state in PLANNED}
    said = [f"{count} {PLANNED[state]}" for state, count in counts.items() if count]
    console.print(f"{', '.join(said)}; nothing was run", highlight=False)


def brief(why: str) -> str:
    """The first of several reasons, and how many more there are."""
    first, *more = why.split("; ")
    return f"{first} (and {len(more)} more)" if more else first


def _shade(one: Planned) -> str:
    return {"stale": "bold", "maybe": "yellow", "current": "bright_black"}[one.state]


def _cells(row: Row) -> tuple[Text, Text, Text, Text]:
    """State, time, why, and what is to be said besides."""
    if row.result is not None:
        outcome, took = row.result.outcome, _seconds(row.result.seconds)
        said = row.result.message if outcome is Outcome.FAILED else row.fact
        state = Text(outcome, COLOURS[outcome])
        return state, Text(took), Text(row.why, "bright_black"), Text(said.split("\n")[0])
    if row.began is None:
        return Text("waiting", "bright_black"), Text(""), Text(row.why, "bright_black"), Text("")
    took = _seconds(time.monotonic() - row.began)
    return Text("running", "bold blue"), Text(took), Text(row.why), Text(row.last, "bright_black")


def _seconds(seconds: float) -> str:
    return f"{seconds:6.1f} s" if seconds else " " * 8
