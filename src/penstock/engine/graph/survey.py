"""What is stale and why, for all stages in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penstock.engine.graph.compile import address_of, compile_stages, in_order
from penstock.engine.graph.repository import LOCK, GraphError, open_repository
from penstock.engine.readers_and_writers import mend
from penstock.engine.stages import Graph, Kind, Reason
from penstock.lineage import locked_addresses


@dataclass(frozen=True)
class Survey:
    """What stands in a checkout before a run.

    Attributes:
        graph: the whole of it.
        stale: {address: reasons}; a stage that is up to date is left out.
        locked: the stages that dvc.lock lists, in its order; not read where nothing is stale.
    """

    graph: Graph
    stale: Mapping[str, list[Reason]]
    locked: Sequence[str]


def survey(root: Path, choose: Callable[[Graph], Iterable[str]]) -> Survey:
    """The graph, and which stages of it would run again and why; nothing is run.

    All is looked up in one process. A stage is judged by what lies in the workspace now: one
    whose upstream is stale may become stale once that has run.

    Args:
        choose: which stages of the graph to look at.

    Raises:
        GraphError: see compile_graph; also when another DVC process is writing what is read.
    """
    stale = {}
    with open_repository(root) as repo, repo.lock:
        mend(Path(repo.tmp_dir or ""))
        graph = compile_stages(repo)  # DVC has read dvc.lock then, and says what is wrong with it
        if not graph.stages:  # rather cut off than meant
            raise GraphError("no stage stands in it", "git checkout dvc.yaml")
        wanted = set(choose(graph))
        for found in in_order(repo):
            address = address_of(found)
            if address in wanted:
                reasons = [reason for entry in found.status().values() for reason in _say(entry)]
                if reasons:
                    stale[address] = reasons
    locked = locked_addresses(root) if stale else []  # all unchanged: nobody needs to read it
    for address in stale:
        if graph.stages[address].cmd and ":" not in address and address not in locked:
            stale[address] = [Reason("new", "", f"no entry in {LOCK}")]
    return Survey(graph, stale, locked)


def find_stale(root: Path, addresses: Iterable[str] | None = None) -> dict[str, list[Reason]]:
    """Which of the stages `addresses` (by default all) would run again, and why: see survey."""
    wanted = None if addresses is None else set(addresses)
    found = survey(root, lambda graph: wanted if wanted is not None else graph.stages)
    return dict(found.stale)


def _say(entries: list[Any]) -> Iterator[Reason]:
    """Reasons out of DVC's report on one stage: a list of words and of mappings."""
    for entry in entries:
        if isinstance(entry, str):
            kind: Kind = "always" if entry == "always changed" else "command"
            yield Reason(kind, "", "changed" if kind == "command" else "runs always")
            continue
        for what, changes in entry.items():
            for path, change in changes.items():
                if isinstance(change, dict):  # a params file: what changed, by key
                    yield from (Reason("params", key, how) for key, how in change.items())
                else:
                    yield Reason("deps" if what == "changed deps" else "outs", path, change)
