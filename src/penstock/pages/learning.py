"""How training went: what candidates recorded as they learnt, one chart for each metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock.core.contracts import Chart

STEPS = ("epoch", "round", "iteration", "step")
PLACE = ("split", "fold")
FEWEST = 2  # points that make a curve

History = Sequence[Mapping[str, Any]]


def learning_charts(histories: Mapping[str, History], split: str) -> list[Chart]:
    """A chart for each metric that a candidate recorded in the first fit it made for `split`.

    A fit that was reused for `split` was recorded under the split that it was made for; where
    nothing stands under `split`, the candidate's first fit is drawn.
    """
    series: dict[str, dict[str, tuple[list[float], list[float]]]] = {}
    for name, history in histories.items():
        rows = _first_fit(history, split)
        for metric in dict.fromkeys(key for row in rows for key in row if _is_metric(key)):
            known = [(_step(row, n), float(row[metric])) for n, row in enumerate(rows)
                     if isinstance(row.get(metric), int | float)]  # fmt: skip
            if len(known) >= FEWEST:
                x, y = zip(*known, strict=True)
                series.setdefault(metric, {})[name] = [*x], [round(one, 6) for one in y]
    return [
        Chart(
            name=f"learning_{metric}",
            title=" of ".join([metric.replace("_", " ").capitalize(), *_lone(found)]),
            x_label="epoch",
            y_label=metric.replace("_", " "),
            series=found,
        )
        for metric, found in sorted(series.items())
    ]


def _lone(series: Mapping[str, Any]) -> list[str]:
    """Whose curve it is, where there is but one: a chart of one has no legend."""
    return list(series) if len(series) == 1 else []


def _first_fit(history: History, split: str) -> list[Mapping[str, Any]]:
    if not history:
        return []
    places = [tuple(row.get(key) for key in PLACE) for row in history]
    of_split = [place for place in places if place[0] == split]
    first = of_split[0] if of_split else places[0]
    return [row for row, place in zip(history, places, strict=True) if place == first]


def _is_metric(key: str) -> bool:
    return key not in {*STEPS, *PLACE}


def _step(row: Mapping[str, Any], place: int) -> float:
    return float(next((row[key] for key in STEPS if key in row), place))
