"""What the engine knows of a stage: plain values, so that only graph.py knows DVC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from penstock.core.errors import PenstockError, UnknownName
from penstock.core.settings import Settings

Kind = Literal["new", "command", "deps", "params", "outs", "always"]
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_BYTES = {"MiB": 1 << 20, "GiB": 1 << 30}


class StageMeta(Settings):
    """`meta:` of a stage: how it is run; a change here makes no stage stale."""

    cores: int = Field(1, ge=1, description="how many cores it keeps busy")
    memory: str | None = Field(
        None, pattern=r"^\d+(MiB|GiB)$", description="the most it needs, as in 2GiB"
    )
    gpus: int = Field(0, ge=0, description="how many GPUs it uses, where there are any")
    timeout: str | None = Field(
        None, pattern=r"^\d+[smh]$", description="how long an attempt may take, as in 30m"
    )
    retries: int = Field(0, ge=0, description="further attempts after a failed one")

    @property
    def memory_bytes(self) -> int:
        return int(self.memory[:-3]) * _BYTES[self.memory[-3:]] if self.memory else 0

    @property
    def timeout_seconds(self) -> float | None:
        return int(self.timeout[:-1]) * _SECONDS[self.timeout[-1]] if self.timeout else None


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


class GraphError(PenstockError):
    """DVC can't make a graph out of dvc.yaml and dvc.lock, or can't look at it now."""

    def __init__(self, problem: str, fix: str, file: str = "dvc.yaml") -> None:
        super().__init__(f"{file}: {problem}\n  fix: {fix}")
