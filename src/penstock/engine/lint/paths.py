"""Rules about what stages read and write."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from penstock.core.errors import did_you_mean
from penstock.engine.lint.graph import Graph, covers
from penstock.engine.lint.problem import Problem


def dep_from_nowhere(graph: Graph) -> Iterator[Problem]:
    """missing-dep: a dep that is no file, and that no stage writes."""
    outs = [out.path for stage in graph.stages for out in stage.outs]
    for stage in graph.stages:
        for dep in stage.deps:
            if (graph.root / dep).exists() or any(covers(o, dep) or covers(dep, o) for o in outs):
                continue
            if dep.startswith("data/sources/"):
                fix = f"penstock refresh {stage.key}"
                yield Problem("no-source-record", stage.name, f"{dep} isn't recorded yet", fix)
                continue
            says = f"dep {dep} is no file, and no stage writes it"
            fix = f"mend the path in dvc.yaml or write the file; {_nearest(graph, dep, outs)}"
            yield Problem("missing-dep", stage.name, says, fix)


def _nearest(graph: Graph, dep: str, outs: list[str]) -> str:
    """The known name that is like the first part of `dep` that neither a file nor an out has."""
    known_paths = [tuple(out.split("/")) for out in outs]
    folder: tuple[str, ...] = ()
    for name in dep.split("/"):
        here = graph.root.joinpath(*folder)
        names = {one.name for one in here.iterdir()} if here.is_dir() else set()
        names |= {
            p[len(folder)]
            for p in known_paths
            if len(p) > len(folder) and p[: len(folder)] == folder
        }
        if name not in names:
            visible = [one for one in names if not one.startswith((".", "_"))]
            return did_you_mean(name, visible)
        folder = (*folder, name)
    return ""


def written_twice(graph: Graph) -> Iterator[Problem]:
    """overlapping-outs: two outs are one path, or one lies inside the other."""
    outs = [(out.path, stage.name) for stage in graph.stages for out in stage.outs]
    for index, (path, owner) in enumerate(outs):
        for other, writer in outs[index + 1 :]:
            if covers(path, other) or covers(other, path):
                says = f"out {path} overlaps {other} of {writer}: each would delete the other's"
                fix = "give one of them another path in dvc.yaml; a templated path needs ${key}"
                yield Problem("overlapping-outs", owner, says, fix)


def round_and_round(graph: Graph) -> Iterator[Problem]:
    """cycle: stages that wait for one another, or a stage that reads what it writes."""
    writers = [(out.path, stage.name) for stage in graph.stages for out in stage.outs]
    needs = {
        stage.name: {
            w for path, w in writers for d in stage.deps if covers(path, d) or covers(d, path)
        }
        for stage in graph.stages
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        ring = list(error.args[1])
        says = f"goes round: {' → '.join(ring)}"
        fix = "take the dep that closes the ring out of dvc.yaml, or write its out elsewhere"
        yield Problem("cycle", ring[0], says, fix)


def cache_off(graph: Graph) -> Iterator[Problem]:
    """run-cache: an option that makes DVC run a stage it has run before."""
    for stage in graph.stages:
        if stage.block.get("always_changed"):
            fix = (
                "remove always_changed from dvc.yaml; what changes outside is recorded by a source"
            )
            yield Problem("run-cache", stage.name, "always_changed: it never counts as done", fix)
        for out in stage.outs:
            if out.options.get("persist"):
                says = f"persist on {out.path} turns the run cache off"
                fix = "remove persist; what survives a run belongs under .penstock/"
                yield Problem("run-cache", stage.name, says, fix)
            if out.options.get("cache") is False and out.kind == "outs":
                says = f"cache: false on {out.path} turns the run cache off"
                fix = f"remove it, or list {out.path} under metrics or plots"
                yield Problem("run-cache", stage.name, says, fix)


RULES = (dep_from_nowhere, written_twice, round_and_round, cache_off)
