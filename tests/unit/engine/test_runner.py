"""When stages start: after their upstream, side by side, within the cores there are."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from penstock.engine.runner import submit_in_order
from penstock.engine.stages import Graph, Stage, StageMeta


def stage(address: str, *upstream: str, cores: int = 1) -> Stage:
    return Stage(address, "true", (), (), (), StageMeta(cores=cores), upstream)


def graph(*stages: Stage) -> Graph:
    return Graph({one.address: one for one in stages})


class Spy:
    """Runs stages in threads and writes down who was at work with whom."""

    def __init__(self) -> None:
        self.pool, self.lock = ThreadPoolExecutor(8), threading.Lock()
        self.busy: set[str] = set()
        self.together: list[set[str]] = []

    def submit(self, one: Stage, upstream: Sequence[Future[str]]) -> Future[str]:
        assert all(future.done() for future in upstream)
        return self.pool.submit(self.work, one, [future.exception() for future in upstream])

    def work(self, one: Stage, errors: list[BaseException | None]) -> str:
        if any(errors) or one.address == "bad":
            raise RuntimeError(one.address)
        with self.lock:
            self.busy.add(one.address)
            self.together.append(set(self.busy))
        time.sleep(0.1)
        with self.lock:
            self.busy.discard(one.address)
        return one.address


def test_stages_that_do_not_need_each_other_run_side_by_side() -> None:
    spy = Spy()
    submit_in_order(graph(stage("a"), stage("b"), stage("c", "a", "b")), spy.submit, cores=2)
    assert {"a", "b"} in spy.together
    assert spy.together[-1] == {"c"}


def test_no_more_cores_are_at_work_than_there_are() -> None:
    spy = Spy()
    wide = [stage(f"wide-{i}", cores=2) for i in range(3)]
    submit_in_order(graph(*wide, stage("narrow")), spy.submit, cores=2)
    assert all(len(some) == 1 for some in spy.together)


def test_a_stage_that_asks_for_more_cores_than_there_are_runs_alone() -> None:
    futures = submit_in_order(graph(stage("huge", cores=64), stage("a")), Spy().submit, cores=2)
    assert [future.result() for future in futures.values()] == ["huge", "a"]


def test_a_branch_that_fails_stops_no_other() -> None:
    stages = graph(stage("bad"), stage("after", "bad"), stage("good"), stage("better", "good"))
    futures = submit_in_order(stages, Spy().submit, cores=1)
    ended = {address: future.exception() is None for address, future in futures.items()}
    assert ended == {"bad": False, "after": False, "good": True, "better": True}


def test_an_empty_graph_ends_at_once() -> None:
    assert submit_in_order(Graph({}), Spy().submit, cores=2) == {}
