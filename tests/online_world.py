"""A small simulated town: what its data holds at first, and the events that come afterwards."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.config import Params, load_params
from penstock.core.dataset import Dataset, save
from penstock.features.clock import DAY
from penstock.projects.fraud.inputs import FeatureSettings, build
from penstock.projects.fraud.simulator import SimulatorSettings, simulate
from penstock.serving.contracts import Features
from tests.workspace import ROOT

DELAY = 7 * DAY
COLUMNS = ("transaction_id", "time", "customer", "terminal", "amount")
TOWN = SimulatorSettings(customers=60, terminals=60, days=100, radius=25.0)
WARM = 4_000  # rows that the data of a warm workspace holds
Event = dict[str, Any]


@dataclass(frozen=True)
class Town:
    """Transactions in order of time, and what a batch tells of them.

    Attributes:
        expected: float64 [rows, inputs].
    """

    table: pd.DataFrame
    expected: np.ndarray[Any, Any]

    @property
    def times(self) -> list[int]:
        moments = self.table["time"].to_numpy().astype("datetime64[us]")
        return [int(one) for one in moments.view(np.int64)]

    def events(self, start: int, end: int | None = None) -> list[Event]:
        """As they are posted."""
        columns = [self.table[name].tolist() for name in COLUMNS]
        columns[1] = self.times
        rows = list(zip(*columns, strict=True))[start:end]
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def labels(self) -> list[Event]:
        """Those of all rows, as they are posted."""
        names = ("transaction_id", "customer", "terminal", "label")
        columns = [self.table[name].tolist() for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]

    def known(self, rows: int) -> pd.DataFrame:
        """What data that ends after so many rows holds: the labels of the last week are to come."""
        table = self.table.iloc[:rows].copy()
        young = table["time"] > table["time"].iloc[-1] - pd.Timedelta(days=7)
        return table.assign(label=table["label"].mask(young))

    def workspace(self, root: Path, rows: int) -> Params:
        """A workspace whose data ends after so many rows, none for 0."""
        root.mkdir(exist_ok=True)
        for name in ("params.yaml", "dvc.yaml"):
            shutil.copy(ROOT / name, root / name)
        if rows:
            save(Dataset({"transactions": self.known(rows)}), root / "data/fraud/valid")
        return load_params(root)


@cache
def town() -> Town:
    table = simulate(TOWN)[[*COLUMNS, "label"]].astype({"label": "Int8"})
    return Town(table, build(FeatureSettings()).batch(table).to_numpy(np.float64))


class Replay:
    """Events posted one after the other, each label as soon as it is known.

    Attributes:
        made: float64 [rows, inputs]: what was told; NaN where nothing was.
    """

    def __init__(self, world: Town, start: int) -> None:
        self._events, self._labels, self._times = world.events(0), world.labels(), world.times
        self._told = int(np.searchsorted(self._times, self._times[start - 1] - DELAY, "right"))
        self.made = np.full(world.expected.shape, np.nan)
        self.new_labels = 0

    def post(self, features: Features, row: int) -> None:
        due: list[Event] = []
        while self._times[self._told] + DELAY <= self._times[row]:
            due.append(self._labels[self._told])
            self._told += 1
        self.new_labels += features.learn(list(due))
        self.made[row] = features.admit(self._events[row]).vector


def differing(made: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> int:
    """How many numbers are not the same to the bit."""
    return int((made.view(np.int64) != expected.view(np.int64)).sum())
