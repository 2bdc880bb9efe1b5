"""CPU time of all ranking metrics for 943 users, with intervals, and of a literal loop, in one run.

python benchmarks/ranking_metrics.py
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from penstock.core.settings import parse
from penstock.tasks.ranking import scores
from penstock.tasks.ranking.trials import ProtocolSettings
from tests.reference import literal_ranking

USERS, ITEMS, DEPTH, RELEVANT = 943, 1682, 10, 26
REPEATS = 7
CLAIM = 0.2  # CPU seconds, at most


def rankings(seed: int = 0) -> pd.DataFrame:
    """Joined rows of one split: users with ten items each, about a quarter of them hits."""
    random = np.random.default_rng(seed)
    rows = USERS * DEPTH
    columns = {
        "user": np.repeat(np.arange(USERS), DEPTH),
        "item": np.concatenate([random.choice(ITEMS, DEPTH, replace=False) for _ in range(USERS)]),
        "rank": pd.array(np.tile(np.arange(1, DEPTH + 1), USERS), dtype="Int32"),
        "label": (random.random(rows) < 0.25).astype(np.int8),
        "score": random.random(rows),
        "value": np.nan,
        "novelty": random.random(rows),
        "popularity_bias": random.random(rows),
        "diversity": random.random(rows),
    }
    beside = {"split": "s", "fold": 0, "relevant": RELEVANT, "judged": USERS, "catalogue": ITEMS}
    return pd.DataFrame({**columns, **beside})


def literally(rows: pd.DataFrame) -> dict[str, float]:
    """Means of the accuracies, one user at a time; no interval."""
    found: dict[str, list[float]] = {}
    for _, mine in rows.groupby("user"):
        shown = mine["item"].tolist()
        taken = set(mine["item"][mine["label"] == 1]) | set(range(-RELEVANT, 0))
        taken = set(sorted(taken, reverse=True)[:RELEVANT])
        for name, value in literal_ranking.of_user(shown, taken, DEPTH).items():
            found.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in found.items()}


def cpu_seconds(job: Callable[[], object]) -> float:
    """Median CPU time of the whole process, all threads."""
    spent = []
    for _ in range(REPEATS):
        start = time.process_time()
        job()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def main() -> int:
    """Print what was measured; the exit status is 0 where the claim holds."""
    rows = rankings()
    block = {"leads_on": "s", "depth": DEPTH, "splits": {"s": {"kind": "stratified"}}}
    protocol = parse(ProtocolSettings, block, "protocol")
    ours = {name: one.mean for name, one in scores.score(rows, protocol, 0)["s"].items()}
    theirs = literally(rows)
    apart = max(abs(ours[name] - value) for name, value in theirs.items())
    spent = cpu_seconds(lambda: scores.score(rows, protocol, 0))
    loop = cpu_seconds(lambda: literally(rows))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        f"{len(ours)} metrics of {USERS} users, {protocol.bootstrap} resamples: {spent:.3f} CPU-s"
    )
    print(f"{len(theirs)} metrics, one user at a time, no interval: {loop:.3f} CPU-s")
    print(f"largest difference {apart:.1e}")
    holds = spent <= CLAIM and apart < 1e-12
    print(f"at most {CLAIM} CPU-s and the same figures: {'holds' if holds else 'DOES NOT HOLD'}")
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
