"""When stages start: after their upstream, side by side, within the cores there are."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from penstock.engine.meta import StageMeta
from penstock.engine.resources import Resources
from penstock.engine.runner import longest_ways, submit_in_order
from penstock.engine.stages import Graph, Stage

ROOM = Resources(cores=2, memory=4 << 30, gpus=1)


def stage(
    address: str, *upstream: str, cores: int = 1, memory: str | None = None, gpus: int = 0
) -> Stage:
    meta = StageMeta(cores=cores, memory=memory, gpus=gpus)
    return Stage(address, "true", (), (), (), meta, upstream)


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
    submit_in_order(graph(stage("a"), stage("b"), stage("c", "a", "b")), spy.submit, ROOM)
    assert {"a", "b"} in spy.together
    assert spy.together[-1] == {"c"}


def test_no_more_cores_are_at_work_than_there_are() -> None:
    spy = Spy()
    wide = [stage(f"wide-{i}", cores=2) for i in range(3)]
    submit_in_order(graph(*wide, stage("narrow")), spy.submit, ROOM)
    assert all(len(some) == 1 for some in spy.together)


def test_a_stage_that_asks_for_more_cores_than_there_are_runs_alone() -> None:
    futures = submit_in_order(graph(stage("huge", cores=64), stage("a")), Spy().submit, ROOM)
    assert [future.result() for future in futures.values()] == ["huge", "a"]


def test_a_branch_that_fails_stops_no_other() -> None:
    stages = graph(stage("bad"), stage("after", "bad"), stage("good"), stage("better", "good"))
    futures = submit_in_order(stages, Spy().submit, Resources(1, 0))
    ended = {address: future.exception() is None for address, future in futures.items()}
    assert ended == {"bad": False, "after": False, "good": True, "better": True}


def test_an_empty_graph_ends_at_once() -> None:
    assert submit_in_order(Graph({}), Spy().submit, ROOM) == {}


def test_no_more_memory_and_no_more_gpus_are_at_work_than_there_are() -> None:
    spy = Spy()
    large = [stage(f"large-{i}", memory="3GiB") for i in range(2)]
    learners = [stage(f"learner-{i}", gpus=1) for i in range(2)]
    submit_in_order(graph(*large, *learners), spy.submit, Resources(8, 4 << 30, 1))
    for kind in ("large", "learner"):
        assert all(sum(one.startswith(kind) for one in some) <= 1 for some in spy.together)
    assert any(len(some) == 2 for some in spy.together)


def test_a_gpu_is_not_waited_for_where_there_is_none() -> None:
    futures = submit_in_order(graph(stage("learner", gpus=1)), Spy().submit, Resources(1, 0))
    assert futures["learner"].result() == "learner"


def test_no_more_stages_are_at_work_than_jobs() -> None:
    spy = Spy()
    submit_in_order(graph(*(stage(str(i)) for i in range(4))), spy.submit, ROOM, jobs=1)
    assert all(len(some) == 1 for some in spy.together)


def test_the_stage_with_the_longest_way_to_the_end_comes_first() -> None:
    stages = graph(stage("short"), stage("first"), stage("long", "first"))
    seconds = {"short": 1.0, "first": 1.0, "long": 5.0}
    assert longest_ways(stages, seconds) == {"short": 1.0, "first": 6.0, "long": 5.0}
    started: list[str] = []
    spy = Spy()

    def submit(one: Stage, upstream: Sequence[Future[str]]) -> Future[str]:
        started.append(one.address)
        return spy.submit(one, upstream)

    submit_in_order(stages, submit, Resources(1, 0), seconds)
    assert started == ["first", "long", "short"]


def test_a_stage_that_never_ran_counts_as_the_mean_of_those_that_did() -> None:
    assert longest_ways(graph(stage("a"), stage("b"), stage("c")), {"a": 2.0, "b": 4.0}) == {
        "a": 2.0,
        "b": 4.0,
        "c": 3.0,
    }
