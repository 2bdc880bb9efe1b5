"""Run a sweep in this process: a thread for each trial at work."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from penstock.core.errors import PenstockError
from penstock.effects.sweep.ended import Ended
from penstock.effects.sweep.errors import Stopped
from penstock.effects.sweep.order import submit_in_order
from penstock.effects.sweep.run import Sweep
from penstock.effects.sweep.track import Runs
from penstock.effects.sweep.verdict import Receipt, verdict


class Watcher(Protocol):
    """Whoever shows a sweep; called from the threads of the trials."""

    def started(self, number: int) -> None: ...
    def said(self, number: int, line: str) -> None: ...
    def ended(self, ended: Ended) -> None: ...


def run_here(sweep: Sweep, watcher: Watcher, write: bool = False) -> Receipt:
    """Run every trial that has not ended, track them, and compare.

    Args:
        write: change params.yaml where a trial is better than what stands there.

    Raises:
        As `Sweep.run` and, before the first trial, `open_tracking`.
    """
    runs = Runs(sweep.study)
    runs.begin()

    def run(number: int) -> Ended:
        watcher.started(number)
        ended = sweep.run(number, lambda line: watcher.said(number, line))
        watcher.ended(ended)
        runs.add(ended)
        return ended

    with ThreadPoolExecutor(sweep.jobs) as pool:
        futures = submit_in_order(sweep, lambda number: pool.submit(run, number))
    _raise_what_went_wrong(futures.values())
    return conclude(sweep, runs, write)


def conclude(sweep: Sweep, runs: Runs, write: bool) -> Receipt:
    """The comparison, tracked; that the trials could not be tracked is told, no reason to fail."""
    receipt = verdict(sweep.study, sweep.trials, write)
    try:
        runs.finish(receipt)
    except PenstockError as error:
        receipt["says"] += f"\nnot tracked: {error}"
    return receipt


def _raise_what_went_wrong(futures: Iterable[Future[Ended]]) -> None:
    """The cause, rather than that others were stopped by it."""
    wrong = [error for future in futures if (error := future.exception())]
    if wrong:
        raise next((one for one in wrong if not isinstance(one, Stopped)), wrong[0])
