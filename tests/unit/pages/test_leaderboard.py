"""The leaderboard in a terminal."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from penstock.pages.leaderboard import Leaderboard, print_leaderboards


def one(mean: float) -> dict[str, float]:
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1}


def printed(scores: dict[str, dict[str, Any]], order: list[str], metrics: list[str]) -> str:
    board = Leaderboard(
        "shop", "test", {name: name.title() for name in metrics}, scores, order, "index.html"
    )
    console = Console(file=io.StringIO(), width=80)
    print_leaderboards([board], console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_metric_that_no_candidate_has_takes_no_column() -> None:
    said = printed({"a": {"test": {"auc": one(0.5), "f1": one(0.4)}}}, ["a"], ["auc", "rmse", "f1"])
    assert "F1" in said and "Rmse" not in said


def test_many_metrics_leave_the_headline_readable() -> None:
    names = [f"metric{number}" for number in range(12)]
    said = printed({"a": {"test": {name: one(0.5) for name in names}}}, ["a"], names)
    assert "0.500 [0.400, 0.600]" in said
    assert "Metric4" in said and "Metric5" not in said


def test_a_candidate_that_the_leading_split_does_not_judge_is_named_below() -> None:
    scores = {"a": {"test": {"auc": one(0.5)}}, "b": {"other": {"auc": one(0.9)}}}
    assert "not judged on “test”: b" in printed(scores, ["a"], ["auc"])
