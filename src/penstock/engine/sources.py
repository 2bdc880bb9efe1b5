"""Which sources a graph begins with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from penstock.engine.stages import Stage
from penstock.sources.record import record_path


def sources_of(stages: Iterable[Stage]) -> list[str]:
    """The projects whose records of a source these stages read."""
    deps = (Path(dep) for stage in stages for dep in stage.deps)
    records = [dep for dep in deps if dep == record_path(Path(), dep.stem)]
    return list(dict.fromkeys(record.stem for record in records))
