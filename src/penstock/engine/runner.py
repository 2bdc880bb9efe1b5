"""When a stage may start: once its upstream has ended and there is room for it.

It knows neither threads nor Prefect: whoever submits returns a future.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from penstock.engine.resources import Resources
from penstock.engine.stages import Graph, Stage


class Future(Protocol):
    """A submitted stage; the threads of the standard library and Prefect both offer this."""

    def add_done_callback(self, fn: Callable[[Any], None]) -> None: ...


F = TypeVar("F", bound=Future)


def submit_in_order(
    graph: Graph,
    submit: Callable[[Stage, Sequence[F]], F],
    whole: Resources,
    seconds: Mapping[str, float] | None = None,
    jobs: int | None = None,
) -> dict[str, F]:
    """Submit every stage once, each as soon as it may start, and wait for the last.

    A stage is also submitted after an upstream stage failed: `submit` is given the futures of
    its upstream and decides what that means, so that a branch that fails stops no other. Of
    several that may start, the one with the longest way to the end of the graph comes first.

    Args:
        submit: starts a stage and returns at once.
        whole: what the stages at work may use together, by their `meta`; one that asks for more
            of anything than there is runs without any other that uses it.
        seconds: how long each stage is expected to take; all the same where that is unknown.
        jobs: the most stages at work at a time.

    Returns:
        {address: future}, all of them done.
    """
    futures: dict[str, F] = {}
    ended: set[str] = set()
    news: SimpleQueue[str] = SimpleQueue()
    ways = longest_ways(graph, seconds or {})
    waiting = dict(sorted(graph.stages.items(), key=lambda item: -ways[item[0]]))
    asked = {name: Resources.asked_by(stage.meta).within(whole) for name, stage in waiting.items()}
    free = whole
    while len(ended) < len(graph.stages):
        for address, stage in list(waiting.items()):
            if jobs is not None and len(futures) - len(ended) >= jobs:
                break
            if free.holds(asked[address]) and ended.issuperset(stage.upstream):
                del waiting[address]
                free -= asked[address]
                futures[address] = submit(stage, [futures[name] for name in stage.upstream])
                futures[address].add_done_callback(partial(_tell, news, address))
        address = news.get()
        ended.add(address)
        free += asked[address]
    return futures


def longest_ways(graph: Graph, seconds: Mapping[str, float]) -> dict[str, float]:
    """{address: seconds of the longest chain of stages that begins with it}.

    A stage of unknown length counts as the mean of the known ones.
    """
    known = [seconds[name] for name in graph.stages if name in seconds]
    usual = sum(known) / len(known) if known else 1.0
    after = dict.fromkeys(graph.stages, 0.0)
    ways = {}
    for address in reversed(list(graph.stages)):  # the graph lists what is upstream first
        ways[address] = after[address] + seconds.get(address, usual)
        for upstream in graph.stages[address].upstream:
            if upstream in after:
                after[upstream] = max(after[upstream], ways[address])
    return ways


def _tell(news: SimpleQueue[str], address: str, future: Future) -> None:
    news.put(address)
