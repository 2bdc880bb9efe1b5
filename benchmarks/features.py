"""CPU time of the 12 window features against the literal pandas code, in one run.

python benchmarks/features.py          a fifth of the cards and of the terminals: ten seconds
python benchmarks/features.py --full   all rows of the published data set: a minute
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.literal_features import customer_features, terminal_features
from penstock.features.featureset import FeatureSet
from penstock.projects.fraud.features import FEATURES, LABEL_DELAY_DAYS, WINDOWS_DAYS
from penstock.projects.fraud.simulator import SimulatorSettings, simulate

REPEATS = 7
SAMPLED_SHARE = 0.2
SEED = 0
TOLERANCE = {"count": 0.0, "risk": 0.0, "amount": 2e-12}


def windows_of(entity: str) -> FeatureSet:
    kernels = (kernel for kernel in FEATURES.kernels if kernel.feature.entity == entity)
    return FeatureSet(tuple(kernels), FEATURES.label_delay_days)


def sample_of(table: pd.DataFrame, entity: str) -> pd.DataFrame:
    """All rows of a seeded sample of the entities: their windows stay whole."""
    names = np.unique(table[entity])
    chosen = np.random.default_rng(SEED).choice(
        names, int(len(names) * SAMPLED_SHARE), replace=False
    )
    return table[table[entity].isin(chosen)]


def cpu_seconds(job: Callable[[], list[pd.DataFrame]]) -> tuple[float, list[pd.DataFrame]]:
    """CPU time of the whole process, all threads, while `job` runs; and what it returns."""
    start = time.process_time()
    result = job()
    return time.process_time() - start, result


def differences(ours: list[pd.DataFrame], theirs: list[pd.DataFrame]) -> dict[str, float]:
    """Largest absolute difference by feature.

    Raises:
        AssertionError: one is above its tolerance, so that the times compare nothing.
    """
    found = {}
    for mine, other in zip(ours, theirs, strict=True):
        for name in map(str, mine.columns):
            found[name] = float(np.abs(mine[name].to_numpy() - other[name].to_numpy()).max())
            kind = name.split("_")[-2]
            assert found[name] <= TOLERANCE[kind], f"{name} is off by {found[name]}"
    return found


def measure(
    by_customer: pd.DataFrame, by_terminal: pd.DataFrame
) -> tuple[dict[str, float], dict[str, float]]:
    """CPU seconds of either way, and the largest differences between them."""
    customer, terminal = windows_of("customer"), windows_of("terminal")

    def kernels() -> list[pd.DataFrame]:
        return [customer.batch(by_customer), terminal.batch(by_terminal)]

    def literal() -> list[pd.DataFrame]:
        return [
            customer_features(by_customer, WINDOWS_DAYS),
            terminal_features(by_terminal, WINDOWS_DAYS, LABEL_DELAY_DAYS),
        ]

    first, ours = cpu_seconds(kernels)
    later = statistics.median(cpu_seconds(kernels)[0] for _ in range(REPEATS))
    pandas, theirs = cpu_seconds(literal)
    seconds = {
        "literal pandas": pandas,
        "ours, first call (compiles)": first,
        f"ours, compiled (median of {REPEATS})": later,
    }
    return seconds, differences(ours, theirs)


def report(rows: tuple[int, int], seconds: dict[str, float], off: dict[str, float]) -> None:
    import numba

    print(f"12 windows: 6 of customers over {rows[0]:,} rows, 6 of terminals over {rows[1]:,} rows")
    print(
        f"python {platform.python_version()}, numpy {np.__version__}, pandas {pd.__version__}, "
        f"numba {numba.__version__}, {platform.machine()}, one thread"
    )
    print(f"{'':<40}{'CPU s':>10}{'ratio':>10}")
    for name, spent in seconds.items():
        print(f"{name:<40}{spent:>10.3f}{seconds['literal pandas'] / spent:>9.1f}x")
    print(f"{'':<40}{'largest absolute difference':>28}")
    for name, largest in off.items():
        print(f"{name:<40}{largest:>28.1e}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="all rows, not a sample")
    full = parser.parse_args().full
    with tempfile.TemporaryDirectory() as cache:
        # An empty cache, so that the first call compiles as on a machine that never ran it.
        os.environ["NUMBA_CACHE_DIR"] = cache
        table = simulate(SimulatorSettings()).drop(columns="scenario")
        tables = [table if full else sample_of(table, each) for each in ("customer", "terminal")]
        report((len(tables[0]), len(tables[1])), *measure(*tables))


if __name__ == "__main__":
    main()
