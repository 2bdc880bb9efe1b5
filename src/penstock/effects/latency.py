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


def first_rows(view: View, rows: int) -> View:
    """The first `rows` of every table and tensor."""
    data = Dataset(
        tables={name: table.iloc[:rows] for name, table in view.data.tables.items()},
        tensors={name: array[:rows] for name, array in view.data.tensors.items()},
    )
    past = view.past.of(slice(None, rows)) if view.past else None
    return View(data, view.signature, past=past)


def latency_guards(
    guard: LatencyGuard,
    challenger: Callable[[View], object],
    champion: Callable[[View], object],
    challenger_view: View,
    champion_view: View,
    head: Callable[[View, int], View] = first_rows,
    scored: str = "row",
) -> list[GuardResult]:
    """Median milliseconds of both for one row and for a batch, each against the guard's ratio.

    Args:
        challenger, champion: score a view.
        challenger_view, champion_view: the same rows, with each model's own inputs.
        head: a view's first so many of what is scored.
        scored: what that is, in the singular.
    """
    results = []
    for rows, rounds in ROUNDS.items():
        ours, theirs = head(challenger_view, rows), head(champion_view, rows)
        times: tuple[list[float], list[float]] = ([], [])
        for round_ in range(-1, rounds):  # the first warms caches up and counts for nothing
            turns = [(0, challenger, ours), (1, champion, theirs)]
            for who, score, view in turns if round_ % 2 else reversed(turns):
                start = time.perf_counter()
                score(view)
                if round_ >= 0:
                    times[who].append(1000 * (time.perf_counter() - start))
        results.append(_result(guard, rows, scored, *map(statistics.median, times)))
    return results


def _result(
    guard: LatencyGuard, rows: int, scored: str, challenger: float, champion: float
) -> GuardResult:
    size = f"one {scored}" if rows == 1 else f"up to {rows:,} {scored}s"
    return GuardResult(
        name=f"latency of {size}, ms",
        terms=f"fails when the challenger takes more than {guard.ratio:g} times as long",
        verdict="failed" if challenger > guard.ratio * champion else "held",
        limit=guard.ratio,
        challenger=challenger,
        champion=champion,
    )
