"""How long two models take to score, measured in turns so that a busy machine hits both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from penstock.core.contracts import View
from penstock.core.dataset import Dataset
from penstock.core.promotion import GuardResult, LatencyGuard

BATCH_ROWS = 1000
ROUNDS = {1: 41, BATCH_ROWS: 11}  # odd: a median is then a time that was measured


def latency_guards(
    guard: LatencyGuard,
    challenger: Callable[[View], object],
    champion: Callable[[View], object],
    challenger_view: View,
    champion_view: View,
) -> list[GuardResult]:
    """Median milliseconds of both for one row and for a batch, each against the guard's ratio.

    Args:
        challenger, champion: score a view.
        challenger_view, champion_view: the same rows, with each model's own inputs.
    """
    results = []
    for rows, rounds in ROUNDS.items():
        ours, theirs = _head(challenger_view, rows), _head(champion_view, rows)
        times: tuple[list[float], list[float]] = ([], [])
        for round_ in range(-1, rounds):  # the first warms caches up and counts for nothing
            turns = [(0, challenger, ours), (1, champion, theirs)]
            for who, score, view in turns if round_ % 2 else reversed(turns):
                start = time.perf_counter()
                score(view)
                if round_ >= 0:
                    times[who].append(1000 * (time.perf_counter() - start))
        results.append(_result(guard, rows, *map(statistics.median, times)))
    return results


def _result(guard: LatencyGuard, rows: int, challenger: float, champion: float) -> GuardResult:
    size = "one row" if rows == 1 else f"up to {rows:,} rows"
    return GuardResult(
        name=f"latency of {size}, ms",
        terms=f"fails when the challenger takes more than {guard.ratio:g} times as long",
        verdict="failed" if challenger > guard.ratio * champion else "held",
        limit=guard.ratio,
        challenger=challenger,
        champion=champion,
    )


def _head(view: View, rows: int) -> View:
    data = Dataset(
        tables={name: table.iloc[:rows] for name, table in view.data.tables.items()},
        tensors={name: array[:rows] for name, array in view.data.tensors.items()},
    )
    return View(data, view.signature)
