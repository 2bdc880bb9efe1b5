"""Rules about `meta`: what a runner may ask of a stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.engine.lint.graph import Graph
from penstock.engine.lint.problem import Problem
from penstock.engine.meta import EXPECTED, problems_of

OPTIONAL = {"gpus"}


def malformed(graph: Graph) -> Iterator[Problem]:
    """meta: a key of `meta` is unknown, missing or not of its form."""
    said = set()
    for stage in graph.stages:
        for says in _mistakes(stage.block.get("meta") or {}):
            if (stage.template, says) not in said:
                said.add((stage.template, says))
                fix = f"mend meta of {stage.template}: {{cores: 1, memory: 2GiB, timeout: 30m, …}}"
                yield Problem("meta", stage.name, says, fix)


def _mistakes(meta: Any) -> list[str]:
    found = list(problems_of(meta, "meta"))
    missing = [name for name in EXPECTED if name not in {*meta, *OPTIONAL}] if not found else []
    return found or [f"meta.{name}: missing; expected {EXPECTED[name]}" for name in missing]


RULES = (malformed,)
