"""`${…}` of dvc.yaml filled in, as DVC does it from params.yaml, `key` and `item`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TEMPLATE = re.compile(r"\$\{\s*([^}]+?)\s*\}")


class Unresolved(Exception):
    """A template names what isn't there; `step` is the part of its path that failed."""

    def __init__(self, path: str, step: str, known: list[str]) -> None:
        super().__init__(path)
        self.path, self.step, self.known = path, step, known


def fill(value: Any, scope: Mapping[str, Any]) -> Any:
    """`value` with every template in it, at any depth and in keys too, replaced from `scope`.

    Raises:
        Unresolved: a template names no value of `scope`.
    """
    if isinstance(value, Mapping):
        return {fill(key, scope): fill(one, scope) for key, one in value.items()}
    if isinstance(value, list):
        return [fill(one, scope) for one in value]
    if not isinstance(value, str):
        return value
    whole = TEMPLATE.fullmatch(value)
    if whole:
        return look_up(whole[1], scope)
    return TEMPLATE.sub(lambda match: str(look_up(match[1], scope)), value)


def look_up(path: str, scope: Mapping[str, Any]) -> Any:
    """The value at the dotted `path` of `scope`, `a.b[0]` included; raises Unresolved."""
    here: Any = scope
    for step in filter(None, re.split(r"[.\[\]]", path)):
        if isinstance(here, Mapping) and step in here:
            here = here[step]
        elif isinstance(here, list) and step.isdecimal() and int(step) < len(here):
            here = here[int(step)]
        else:
            known = [str(key) for key in here] if isinstance(here, Mapping) else []
            raise Unresolved(path, step, known)
    return here
