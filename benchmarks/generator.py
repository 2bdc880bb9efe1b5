"""CPU time of the card simulator against the literal reading of its specification.

python benchmarks/generator.py          a tenth of the cards: seconds
python benchmarks/generator.py --full   the whole published data set: two minutes
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numba
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from penstock.projects.fraud.simulator import SimulatorSettings, simulate
from tests.reference.literal_simulator import literal_simulate

T = TypeVar("T")
REPEATS = 3


def cpu_seconds(job: Callable[[], T]) -> tuple[float, T]:
    """CPU time of the whole process while `job` runs, and what it returns."""
    start = time.process_time()
    result = job()
    return time.process_time() - start, result


def first_and_later(settings: SimulatorSettings) -> tuple[float, float, pd.DataFrame]:
    """CPU seconds of the first call (imports and compiling included), least of the later ones."""
    first, frame = cpu_seconds(lambda: simulate(settings))
    later = min(cpu_seconds(lambda: simulate(settings))[0] for _ in range(REPEATS))
    return first, later, frame


def uncached() -> None:
    """Make numba compile anew, as on a machine that never ran the simulator."""
    numba.config.CACHE_DIR = ""
    from penstock.projects.fraud.simulator import kernel

    for function in vars(kernel).values():
        if isinstance(function, numba.core.registry.CPUDispatcher):
            function._cache.flush() if hasattr(function._cache, "flush") else None
