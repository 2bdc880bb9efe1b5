"""dvc.yaml and params.yaml as lint reads them: as YAML, so that a graph DVC refuses can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from penstock.core.errors import did_you_mean
from penstock.engine.lint.code import Closure, Code
from penstock.engine.lint.problem import Problem
from penstock.engine.lint.template import Unresolved, fill

COMMAND = re.compile(r"python -m (penstock\.stages\.\w+) (\S+)")


@dataclass(frozen=True)
class Out:
    """A path that a stage writes; `kind` is the list it stands in: outs, metrics or plots."""

    path: str
    kind: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """A stage with its templates filled in; `template` is its name in dvc.yaml.

    Attributes:
        module, key: the two halves of `python -m penstock.stages.NAME KEY`; None for another cmd.
        params: keys of params.yaml that it tracks.
        scope: what `${key}` and `${item}` stood for.
    """

    name: str
    template: str
    block: Mapping[str, Any]
    scope: Mapping[str, Any]

    @property
    def module(self) -> str | None:
        match = COMMAND.fullmatch(str(self.block.get("cmd", "")))
        return match[1] if match else None

    @property
    def key(self) -> str | None:
        match = COMMAND.fullmatch(str(self.block.get("cmd", "")))
        return match[2] if match else None

    @property
    def deps(self) -> list[str]:
        return [str(path) for path, _ in _entries(self.block.get("deps"))]

    @property
    def outs(self) -> list[Out]:
        return [
            Out(path, kind, options)
            for kind in ("outs", "metrics", "plots")
            for path, options in _entries(self.block.get(kind))
        ]

    @property
    def params(self) -> list[str]:
        entries = self.block.get("params") or []
        return [entry for entry in entries if isinstance(entry, str)]


@dataclass(frozen=True)
class Graph:
    """What the rules look at."""

    root: Path
    stages: tuple[Stage, ...]
    params: Mapping[str, Any]
    code: Code
    closures: dict[str, Closure] = field(default_factory=dict)  # by stage, once asked for

    def blocks(self, name: str) -> Mapping[str, Mapping[str, Any]]:
        """`projects` or `candidates` of params.yaml, without blocks that are no mapping."""
        section = self.params.get(name)
        blocks = section if isinstance(section, Mapping) else {}
        return {str(key): one for key, one in blocks.items() if isinstance(one, Mapping)}


def covers(path: str, other: str) -> bool:
    """Whether `other` is `path` or lies below it."""
    return other == path or other.startswith(f"{path.rstrip('/')}/")


def expand(
    document: Mapping[str, Any], params: Mapping[str, Any], problems: list[Problem]
) -> Iterator[Stage]:
    """The stages of dvc.yaml, templates filled in; what can't be filled goes to `problems`."""
    for template, block in (document.get("stages") or {}).items():
        try:
            for suffix, scope, body in _instances(block, params):
                yield Stage(f"{template}{suffix}", template, fill(body, {**params, **scope}), scope)
        except Unresolved as error:
            says = f"${{{error.path}}} names nothing: no {error.step!r}"
            hint = did_you_mean(error.step, error.known)
            problems.append(
                Problem("template", template, says, f"mend it in dvc.yaml or params.yaml; {hint}")
            )


def _instances(
    block: Mapping[str, Any], params: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    if "foreach" not in block:
        yield "", {}, block
        return
    over = fill(block["foreach"], params)
    if isinstance(over, Mapping):
        for key, item in over.items():
            yield f"@{key}", {"key": key, "item": item}, block["do"]
    else:
        for item in over or []:
            yield f"@{item}", {"item": item}, block["do"]


def _entries(section: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Paths with their options: DVC takes `path` as well as `{path: {cache: false}}`."""
    entries = [section] if isinstance(section, str | Mapping) else section or []
    for entry in entries:
        if isinstance(entry, Mapping):
            for path, options in entry.items():
                yield str(path), options if isinstance(options, Mapping) else {}
        else:
            yield str(entry), {}
