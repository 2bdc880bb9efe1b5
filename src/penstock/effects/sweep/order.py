"""When a trial may start: once all it learns from has ended and a place is free."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from penstock.effects.sweep.run import Sweep


class Future(Protocol):
    """A submitted trial; the threads of the standard library and Prefect both offer this."""

    def add_done_callback(self, fn: Callable[[Any], None]) -> None: ...


F = TypeVar("F", bound=Future)


def submit_in_order(sweep: Sweep, submit: Callable[[int], F]) -> dict[int, F]:
    """Submit every trial that has not ended yet, in order, and wait for the last.

    Once the sweep is closed none is submitted any more.

    Args:
        submit: starts a trial and returns at once.

    Returns:
        {number: future}, all of them done.
    """
    waiting = sweep.waiting()
    over = set(range(sweep.trials)) - set(waiting)
    futures: dict[int, F] = {}
    news: SimpleQueue[int] = SimpleQueue()
    at_work = 0
    while at_work or (waiting and not sweep.closed):
        while _may_start(sweep, waiting, over, at_work):
            number = waiting.pop(0)
            sweep.ask(number)
            futures[number] = submit(number)
            futures[number].add_done_callback(partial(_tell, news, number))
            at_work += 1
        over.add(news.get())
        at_work -= 1
    return futures


def _may_start(sweep: Sweep, waiting: list[int], over: set[int], at_work: int) -> bool:
    """Whether there is a next trial, a place for it, and all that it learns from."""
    if sweep.closed or not waiting or at_work >= sweep.jobs:
        return False
    return over.issuperset(range(waiting[0] - sweep.study.sweep.parallel + 1))


def _tell(news: SimpleQueue[int], number: int, future: Future) -> None:
    news.put(number)
