"""When a stage may start: once its upstream has ended and cores are free."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from penstock.engine.stages import Graph, Stage


class Future(Protocol):
    """A submitted stage; the threads of the standard library and Prefect both offer this."""

    def add_done_callback(self, fn: Callable[[Any], None]) -> None: ...


F = TypeVar("F", bound=Future)


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def submit_in_order(
    graph: Graph, submit: Callable[[Stage, Sequence[F]], F], cores: int
) -> dict[str, F]:
    """Submit every stage once, each as soon as it may start, and wait for the last.

    A stage is also submitted after an upstream stage failed: `submit` is given the futures of
    its upstream and decides what that means, so that a branch that fails stops no other.

    Args:
        submit: starts a stage and returns at once.
        cores: the sum of `meta.cores` at work at a time; a stage that asks for more runs alone.

    Returns:
        {address: future}, all of them done.
    """
    futures: dict[str, F] = {}
    ended: set[str] = set()
    news: SimpleQueue[str] = SimpleQueue()
    waiting = dict(graph.stages)
    free = cores
    while len(ended) < len(graph.stages):
        for address, stage in list(waiting.items()):
            asked = min(stage.meta.cores, cores)
            if asked <= free and ended.issuperset(stage.upstream):
                del waiting[address]
                free -= asked
                futures[address] = submit(stage, [futures[name] for name in stage.upstream])
                futures[address].add_done_callback(partial(_tell, news, address))
        address = news.get()
        ended.add(address)
        free += min(graph.stages[address].meta.cores, cores)
    return futures


def _tell(news: SimpleQueue[str], address: str, future: Future) -> None:
    news.put(address)
