"""What a run would do, told before it does anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from penstock.engine.graph.survey import survey
from penstock.engine.stages import Graph, Reason


@dataclass(frozen=True)
class Planned:
    """What is known of a stage before the run.

    Attributes:
        state: `maybe` is up to date by itself, but something upstream of it is stale.
    """

    address: str
    state: Literal["stale", "current", "maybe"]
    why: str


def plan_of(
    graph: Graph, stale: Mapping[str, Sequence[Reason]], force: bool = False
) -> list[Planned]:
    """What would become of each stage, in the order in which `dvc repro` visits them."""
    plan: dict[str, Planned] = {}
    for address, stage in graph.stages.items():
        reasons = ["force: asked for"] if force else [str(one) for one in stale.get(address, ())]
        above = [name for name in stage.upstream if plan[name].state != "current"]
        if reasons:
            plan[address] = Planned(address, "stale", "; ".join(reasons))
        elif above:
            plan[address] = Planned(address, "maybe", f"upstream: {', '.join(above)}")
        else:
            plan[address] = Planned(address, "current", "")
    return list(plan.values())


def look_ahead(root: Path, targets: Iterable[str] = (), force: bool = False) -> list[Planned]:
    """What a Build of the same would do; nothing is run and nobody is kept from running."""
    wanted = list(targets)
    found = survey(root, lambda whole: whole.select(wanted).stages)
    return plan_of(found.graph.select(wanted), found.stale, force)
