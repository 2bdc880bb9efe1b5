"""`meta:` of a stage: how it is run. A change here makes no stage stale.

No pydantic: every run reads this, and one that finds all unchanged should not wait for an import.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from penstock.core.errors import ParamsError, did_you_mean

SECONDS = {"s": 1, "m": 60, "h": 3600}
BYTES = {"MiB": 1 << 20, "GiB": 1 << 30}
EXPECTED = {
    "cores": "how many cores it keeps busy, a whole number from 1",
    "memory": "the most it needs, as in 2GiB or 500MiB",
    "gpus": "how many GPUs it uses where there are any, a whole number from 0",
    "timeout": "how long an attempt may take, as in 90s, 30m or 2h",
    "retries": "further attempts after a failed one, a whole number from 0",
}
LEAST = {"cores": 1, "gpus": 0, "retries": 0}
FORM = {"memory": re.compile(r"[1-9]\d*(MiB|GiB)"), "timeout": re.compile(r"[1-9]\d*[smh]")}


@dataclass(frozen=True)
class StageMeta:
    """What EXPECTED says of each; memory and timeout are None where there is no limit."""

    cores: int = 1
    memory: str | None = None
    gpus: int = 0
    timeout: str | None = None
    retries: int = 0

    @property
    def memory_bytes(self) -> int:
        return int(self.memory[:-3]) * BYTES[self.memory[-3:]] if self.memory else 0

    @property
    def timeout_seconds(self) -> float | None:
        return int(self.timeout[:-1]) * SECONDS[self.timeout[-1]] if self.timeout else None


def read_meta(value: Any, key: str) -> StageMeta:
    """The `meta:` that stands at `key` of dvc.yaml.

    Raises:
        ParamsError: one line for each problem.
    """
    problems = list(problems_of(value, key))
    if problems:
        raise ParamsError(problems, "dvc.yaml")
    return StageMeta(**value)


def problems_of(value: Any, key: str) -> Iterator[str]:
    """Unknown keys, and values that are not what is expected."""
    if not isinstance(value, Mapping):
        yield f"{key}: expected a mapping, found {value!r}"
        return
    for name, one in value.items():
        if name not in EXPECTED:
            yield f"{key}.{name}: unknown key; {did_you_mean(str(name), EXPECTED)}"
        elif not _is_right(name, one):
            yield f"{key}.{name}: found {one!r}; expected {EXPECTED[name]}"


def _is_right(name: str, value: Any) -> bool:
    if name in LEAST:
        return type(value) is int and value >= LEAST[name]
    return isinstance(value, str) and FORM[name].fullmatch(value) is not None
