"""A sweep in the terminal: a live table, or a line a trial where nobody watches."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.run import Sweep

COLOURS = {State.COMPLETE: "green", State.PRUNED: "bright_black", State.FAILED: "bold red"}
SHOWN = 12  # trials in the table, the latest


class SweepTable:
    """Watches a sweep and shows it.

    Args:
        console: where; a terminal gets a table that is drawn anew, anything else a line at each
            trial's end.
        quiet: say nothing at all.
    """

    def __init__(self, sweep: Sweep, console: Console, quiet: bool = False) -> None:
        self._sweep, self._console, self._quiet = sweep, console, quiet
        self._gate = threading.Lock()
        self._ended = {one.number: one for one in sweep.study.all_ended(sweep.trials)}
        self._before = len(self._ended)
        self._at_work: dict[int, str] = {}
        self._began = time.monotonic()
        live = console.is_terminal and not quiet
        self._live = (
            Live(console=console, get_renderable=self._render, refresh_per_second=4)
            if live
            else None
        )

    def start(self) -> None:
        if self._before and not self._quiet:
            said = f"going on: {self._before} trials have ended before"
            self._console.print(said, highlight=False)
        if self._live:
            self._live.start()

    def stop(self) -> None:
        """Leave the table as it is, and the cursor below it."""
        if self._live:
            self._live.stop()

    def started(self, number: int) -> None:
        with self._gate:
            self._at_work[number] = ""

    def said(self, number: int, line: str) -> None:
        with self._gate:
            self._at_work[number] = line

    def ended(self, ended: Ended) -> None:
        with self._gate:
            self._at_work.pop(ended.number, None)
            self._ended[ended.number] = ended
            if self._live is None and not self._quiet:
                said = f"{ended.state:9} trial {ended.number:<4} {_value(ended):>8}  {_told(ended)}"
                self._console.print(said.rstrip(), soft_wrap=True, markup=False, highlight=False)

    def _render(self) -> Group:
        with self._gate:
            return Group(self._table(), Text(self._summary(), "bold"))

    def _table(self) -> Table:
        study = self._sweep.study
        table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
        for name in ("trial", "state", study.metric):
            table.add_column(name, no_wrap=True, justify="right" if name == "trial" else "left")
        table.add_column("values", no_wrap=True, overflow="ellipsis", ratio=1)
        for number in sorted({*self._ended, *self._at_work})[-SHOWN:]:
            if number in self._ended:
                one = self._ended[number]
                state = Text(one.state, COLOURS[one.state])
                table.add_row(str(number), state, _value(one), Text(_told(one)))
            else:
                running = Text("running", "bold blue")
                table.add_row(str(number), running, "", Text(self._at_work[number], "bright_black"))
        return table

    def _summary(self) -> str:
        """How far it is, what was best, and when it may be over."""
        ended = list(self._ended.values())
        counts = {state: sum(one.state is state for one in ended) for state in State}
        parts = [f"{len(ended)} of {self._sweep.trials} trials"]
        parts += [f"{number} {state.lower()}" for state, number in counts.items() if number]
        best = self._best(ended)
        if best:
            parts.append(f"best {best.value:.4f} (trial {best.number})")
        new = len(ended) - self._before
        if new:
            each = (time.monotonic() - self._began) / new
            left = timedelta(seconds=round(each * (self._sweep.trials - len(ended))))
            parts.append(f"about {left} to go")
        return " · ".join(parts)

    def _best(self, ended: list[Ended]) -> Ended | None:
        best = None
        for one in ended:
            better = best is None or self._sweep.study.beats(one.value, best.value)
            if one.state is State.COMPLETE and better:
                best = one
        return best


@contextmanager
def show(sweep: Sweep, console: Console, quiet: bool = False) -> Iterator[SweepTable]:
    """The table of `sweep`, live while the block runs."""
    table = SweepTable(sweep, console, quiet)
    table.start()
    try:
        yield table
    finally:
        table.stop()


def _value(ended: Ended) -> str:
    return f"{ended.value:.4f}" if ended.folds else ""


def _told(ended: Ended) -> str:
    if ended.state is State.FAILED:
        return ended.why
    said = " ".join(f"{name}={value}" for name, value in ended.values.items())
    if ended.state is State.PRUNED:  # so far it may look better than one that saw every fold
        return f"{said} (after {len(ended.folds)} of the folds)"
    return said
