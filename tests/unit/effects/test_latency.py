"""Times are taken in turns, on the same rows, and compared by their medians."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from penstock.core.contracts import Signature, View
from penstock.core.dataset import Dataset
from penstock.core.promotion import GuardResult, LatencyGuard
from penstock.effects.latency import BATCH_ROWS, latency_guards

VIEW = View(
    Dataset({"features": pd.DataFrame({"x": np.arange(3000)})}, {"pixels": np.zeros((3000, 2))}),
    Signature(()),
)


def guards(ratio: float, challenger_ms: float, champion_ms: float) -> list[GuardResult]:
    def score(milliseconds: float):
        return lambda view: time.sleep(milliseconds / 1000)

    both = score(challenger_ms), score(champion_ms)
    return latency_guards(LatencyGuard(ratio=ratio), *both, VIEW, VIEW)


def test_a_challenger_that_takes_ten_times_as_long_fails_and_the_other_way_round_holds() -> None:
    assert [one.verdict for one in guards(3.0, 5.0, 0.5)] == ["failed", "failed"]
    assert [one.verdict for one in guards(3.0, 0.5, 5.0)] == ["held", "held"]


def test_times_are_told_in_milliseconds() -> None:
    for one in guards(3.0, 2.0, 2.0):
        assert one.challenger is not None and one.champion is not None
        assert min(one.challenger, one.champion) >= 2.0


def test_both_score_the_same_rows_as_often_and_in_turns() -> None:
    calls: list[tuple[str, int, int]] = []

    def record(name: str):
        def score(view: View) -> None:
            rows = view.data.tables["features"], view.data.tensors["pixels"]
            calls.append((name, len(rows[0]), len(rows[1])))

        return score

    latency_guards(LatencyGuard(ratio=1.0), record("new"), record("old"), VIEW, VIEW)
    sizes = {rows for _, rows, _ in calls}
    assert sizes == {1, BATCH_ROWS}
    assert all(rows == images for _, rows, images in calls)
    names = [name for name, *_ in calls]
    assert names.count("new") == names.count("old")
    assert all(len(set(names[at : at + 2])) == 2 for at in range(0, len(names), 2))
    assert len(set(names[::2])) == 2  # neither always goes first
