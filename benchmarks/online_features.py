"""CPU time of a transaction whose features are told online, against what it can't do without.

The floor is the arithmetic alone over states in memory. What is counted besides: that the event
counts once, the states' way from and to the disk, the journal.

python benchmarks/online_features.py            SQLite
PENSTOCK_STATES=redis://… python benchmarks/online_features.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from penstock.core.config import load_params
from penstock.core.dataset import Dataset, save
from penstock.projects.fraud.inputs import FeatureSettings, build
from penstock.projects.fraud.simulator import SimulatorSettings, simulate
from penstock.serving.online.opening import open_features

WORLD = SimulatorSettings(customers=1000, terminals=2000, days=110)
POSTED = 10_000  # of the last rows
BATCH = 100
COLUMNS = ("transaction_id", "time", "customer", "terminal", "amount")
ROOT = Path(__file__).resolve().parents[1]
Event = dict[str, Any]


def microseconds(act: Callable[[Event], object], events: Sequence[Event]) -> float:
    """CPU time of one, the least over batches: other processes share the cores."""
    best = float("inf")
    for start in range(0, len(events), BATCH):
        begun = time.thread_time()
        for event in events[start : start + BATCH]:
            act(event)
        best = min(best, time.thread_time() - begun)
    return best / BATCH * 1e6


def main() -> None:
    table = simulate(WORLD).drop(columns="scenario")
    columns = [table[name].tolist() for name in COLUMNS]
    columns[1] = table["time"].to_numpy().astype("datetime64[us]").view(np.int64).tolist()
    events = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=True)]
    stream = build(FeatureSettings()).stream()
    for event in events[-3 * POSTED : -POSTED]:
        stream.update(event)
    floor = microseconds(stream.update, events[-POSTED:])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("params.yaml", "dvc.yaml"):
            (root / name).write_bytes((ROOT / name).read_bytes())
        save(Dataset({"transactions": table.iloc[:-POSTED]}), root / "data/fraud/valid")
        features = open_features(root, load_params(root), "fraud")
        begun = time.process_time()
        admit = microseconds(features.admit, events[-POSTED:])
        settle = microseconds(lambda event: features.settle(event, b"x" * 300), events[-POSTED:])
        features.close()
        behind = (time.process_time() - begun) / POSTED * 1e6
    print(f"the inputs over states in memory   {floor:6.1f} µs")
    print(f"the whole of a transaction         {admit:6.1f} µs   {admit / floor:.2f} of that")
    print(f"its answer remembered              {settle:6.1f} µs")
    print(f"all of it with what is written     {behind:6.1f} µs   on average")


if __name__ == "__main__":
    main()
