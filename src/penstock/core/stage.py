"""How a stage runs as a process: one argument, one line per fact, errors without a traceback."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from penstock.core.config import Params, load_params
from penstock.core.errors import PenstockError
from penstock.core.telemetry import silence
from penstock.core.workspace import find_root

USER_MISTAKE = 3

log = logging.getLogger("penstock")


def run_stage(stage: Callable[[Path, Params, str], None]) -> None:
    """Call `stage(root, params, key)` for the key on the command line, and exit.

    A PenstockError goes to standard error as its text. Exit status 0; USER_MISTAKE after one that
    nobody need try again, 1 after one that may pass; 130 when interrupted.
    """
    name = stage.__module__.rsplit(".", 1)[-1] if stage.__module__ != "__main__" else stage.__name__
    silence()
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stdout, force=True)
    if len(sys.argv) != 2:
        print(f"usage: python -m penstock.stages.{name} KEY   (see dvc.yaml)", file=sys.stderr)
        raise SystemExit(2)
    try:
        root = find_root()
        params = load_params(root)
        fix_threads(params.threads)
        stage(root, params, sys.argv[1])
    except PenstockError as error:
        print(f"\n{error}", file=sys.stderr)
        raise SystemExit(1 if error.passing else USER_MISTAKE) from None
    except KeyboardInterrupt:
        print(f"\n{name}: interrupted; nothing half-written is left", file=sys.stderr)
        raise SystemExit(130) from None


def fix_threads(threads: int) -> None:
    """Pin every numerical library's threads: results depend on them.

    Those that come later read the environment; those that NumPy has brought in already don't.
    """
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = str(threads)
    os.environ["NUMBA_NUM_THREADS"] = str(threads)
    # Threads that wait by spinning take the core from whoever shares the machine.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    from threadpoolctl import threadpool_limits

    threadpool_limits(threads)


@contextmanager
def timed(what: str) -> Iterator[list[str]]:
    """Log `what`, the facts the block appends, and how long it took; to the log only."""
    start = time.perf_counter()
    facts: list[str] = []
    yield facts
    log.info("%s: %s (%.1f s)", what, ", ".join(facts) or "done", time.perf_counter() - start)
