"""What the engine knows of a stage: plain values, so that only engine.graph knows DVC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from penstock.core.errors import UnknownName
from penstock.engine.meta import StageMeta

Kind = Literal["new", "command", "deps", "params", "outs", "always"]


@dataclass(frozen=True)
class Reason:
    """Why a stage is stale: which entry changed, and how (`modified`, `deleted`, `new` …)."""

    kind: Kind
    entry: str
    change: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.entry} {self.change}".replace("  ", " ")


@dataclass(frozen=True)
class Stage:
    """A stage of the graph, as dvc.yaml has it after its templates are filled in.

    Attributes:
        address: what `dvc repro` takes, `train@fraud-forest`.
        cmd: None for data that was added (`FILE.dvc`), which nothing makes.
        deps, outs: paths relative to the root.
        params: dotted keys; those of another file than params.yaml as `file:key`.
        upstream: addresses of the stages that make its deps.
    """

    address: str
    cmd: str | None
    deps: tuple[str, ...]
    params: tuple[str, ...]
    outs: tuple[str, ...]
    meta: StageMeta
    upstream: tuple[str, ...]


@dataclass(frozen=True)
class Graph:
    """Stages by address, in the order in which `dvc repro` would run them."""

    stages: Mapping[str, Stage]

    def select(self, targets: Iterable[str]) -> Graph:
        """The targets and everything upstream of them; the whole graph where none is named.

        A target is an address, or the name of a template for all of its stages (`evaluate`).

        Raises:
            UnknownName: a target is neither.
        """
        wanted = [address for target in targets for address in self._resolve(target)]
        if not wanted:
            return self
        kept: set[str] = set()
        while wanted:
            address = wanted.pop()
            if address not in kept:
                kept.add(address)
                wanted.extend(self.stages[address].upstream)
        return Graph({name: stage for name, stage in self.stages.items() if name in kept})

    def _resolve(self, target: str) -> list[str]:
        if target in self.stages:
            return [target]
        group = [address for address in self.stages if address.partition("@")[0] == target]
        if not group:
            templates = {address.partition("@")[0] for address in self.stages}
            raise UnknownName("stage", target, templates | set(self.stages), "dvc.yaml")
        return group
