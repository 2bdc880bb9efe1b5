"""The events of a project that its data holds, and states made or brought up to date from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.core.dataset import read_manifest
from penstock.features.clock import DAY
from penstock.features.errors import EventLate
from penstock.features.featureset import FeatureSet
from penstock.features.stream import Stream
from penstock.serving.online.errors import AlreadyCounted, IdReused
from penstock.serving.online.states_file import Facts

if TYPE_CHECKING:
    import pandas as pd

    from penstock.serving.contracts import Event
    from penstock.serving.online.stores import Counting

LABELS = 10_000  # learnt at a time


def data_folder(root: Path, project: str) -> Path:
    return root / "data" / project / "valid"


def data_hash(root: Path, project: str, table: str) -> str | None:
    """sha256 of the table; None where there is no data; raises DatasetError."""
    folder = data_folder(root, project)
    if not folder.is_dir():
        return None
    found: str = read_manifest(folder)["files"][f"{table}.parquet"]
    return found


@dataclass(frozen=True)
class CaughtUp:
    """What became of the rows of a table."""

    counted: int
    known: int
    late: int
    reused: int
    labels: int

    def __str__(self) -> str:
        says = [f"{self.counted:,} events and {self.labels:,} labels of the data counted"]
        if self.known:
            says.append(f"{self.known:,} had come already")
        if self.late:
            says.append(f"{self.late:,} left out: later events of their entities are counted")
        if self.reused:
            says.append(f"{self.reused:,} left out: their ids came with other values")
        return "; ".join(says)


def facts_of(key: str, data: str, features: FeatureSet, table: pd.DataFrame) -> Facts:
    """What states that were made of a table have seen."""
    last = int(times_of(table, features)[-1])
    return Facts(key, data, last, last, int(table[features.id].max()))


def catch_up(
    features: FeatureSet, online: Counting, table: pd.DataFrame, since: int | None
) -> CaughtUp:
    """Count the rows of `table` that came at `since` or later, and learn the labels of late.

    Raises:
        MissingColumn, ColumnUnfit: as `Features.admit` does.
    """
    times = times_of(table, features)
    first = 0 if since is None else int(np.searchsorted(times, since))
    counts = {"counted": 0, "known": 0, "late": 0, "reused": 0}
    for event in _events(features, table.iloc[first:]):
        what = _count(online, event)
        if what != "known" or event[features.time] != since:  # rows of one moment may be told apart
            counts[what] += 1
    days = max(layout.days for layout in Stream(features).layouts.values())
    reached = int(np.searchsorted(times, (times[first - 1] if first else times[0]) - days * DAY))
    recent = table.iloc[reached:]
    told = _events(features, recent[recent[features.label].notna()], features.label)
    labels = 0
    while some := list(islice(told, LABELS)):
        labels += online.learn(some)
    return CaughtUp(**counts, labels=labels)


def _count(online: Counting, event: Event) -> str:
    try:
        return "counted" if online.count(event)[1] else "known"
    except AlreadyCounted:
        return "known"
    except EventLate:
        return "late"
    except IdReused:
        return "reused"


def times_of(table: pd.DataFrame, features: FeatureSet) -> np.ndarray[Any, Any]:
    """int64 [rows]: microseconds since 1970."""
    times: np.ndarray[Any, Any] = table[features.time].to_numpy().astype("datetime64[us]")
    return times.view(np.int64)


def _events(features: FeatureSet, table: pd.DataFrame, *also: str) -> Iterator[Event]:
    """Rows as they would be posted."""
    read = [name for kernel in features.kernels for name in kernel.reads]
    names = [name for name in dict.fromkeys([features.id, *read]) if name != features.label]
    names += also
    columns = [times_of(table, features).tolist(), *(table[name].tolist() for name in names)]
    for values in zip(*columns, strict=True):
        yield dict(zip((features.time, *names), values, strict=True))
