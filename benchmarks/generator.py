"""CPU time of the card simulator against the literal reading of its specification, in one run.

python benchmarks/generator.py          two fifths of the cards: half a minute
python benchmarks/generator.py --full   the whole published data set: two minutes
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from penstock.projects.fraud.simulator import SimulatorSettings, simulate
from tests.reference.literal_simulator import literal_simulate

REPEATS = 5


def cpu_seconds(job: Callable[[], pd.DataFrame]) -> tuple[float, pd.DataFrame]:
    """CPU time of the whole process, all threads, while `job` runs; and what it returns."""
    start = time.process_time()
    result = job()
    return time.process_time() - start, result


def measure(settings: SimulatorSettings) -> dict[str, float]:
    """CPU seconds of the literal reading and of ours: compiling first, then compiled.

    Raises:
        AssertionError: the two differ in any bit, so that their times compare nothing.
    """
    first, ours = cpu_seconds(lambda: simulate(settings))
    later = min(cpu_seconds(lambda: simulate(settings))[0] for _ in range(REPEATS))
    literal, theirs = cpu_seconds(lambda: literal_simulate(**settings.model_dump()))
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    return {
        "literal reading": literal,
        "ours, first call (imports numba, compiles)": first,
        f"ours, compiled (best of {REPEATS})": later,
    }


def report(settings: SimulatorSettings, seconds: dict[str, float]) -> None:
    import numba

    print(f"{settings.customers} cards, {settings.terminals} terminals, {settings.days} days")
    print(
        f"python {platform.python_version()}, numpy {np.__version__}, pandas {pd.__version__}, "
        f"numba {numba.__version__}, {platform.machine()}"
    )
    print(f"{'':<44}{'CPU s':>10}{'ratio':>10}")
    literal = seconds["literal reading"]
    for name, spent in seconds.items():
        print(f"{name:<44}{spent:>10.3f}{literal / spent:>9.1f}x")
    print("equal in every bit")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="the published size")
    full = parser.parse_args().full
    settings = SimulatorSettings() if full else SimulatorSettings(customers=2000)
    with tempfile.TemporaryDirectory() as cache:
        # An empty cache, so that the first call compiles as on a machine that never ran it.
        os.environ["NUMBA_CACHE_DIR"] = cache
        report(settings, measure(settings))


if __name__ == "__main__":
    main()
