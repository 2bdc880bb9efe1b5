"""The headline on each fold by itself: whether the order of the candidates holds."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from penstock.core.contracts import Chart, Grid
from penstock.pages.axes import number
from penstock.tasks.classification.estimates import folds_of
from penstock.tasks.classification.measures import Fold

HEADLINE = "average_precision"
ByFold = Mapping[str, Mapping[str, float]]


def by_fold(rows: pd.DataFrame, top: int | None) -> dict[str, dict[str, float]]:
    """{fold, by the first day it judges: {metric: value}} of one candidate's rows of a split."""
    found = {}
    for place, (_, fold) in enumerate(folds_of(rows), start=1):
        unit, units = pd.factorize(fold["unit_id"])
        name = str(fold["day"].min())[:10] if "day" in fold else f"fold {place}"
        measured = Fold(fold, unit, len(units), top).measure()
        found[name] = {metric: float(value[0]) for metric, value in measured.items()}
    return found


def stability(
    folds: Mapping[str, ByFold], labels: Mapping[str, str]
) -> tuple[list[Chart], list[Grid]]:
    """A chart of the headline over the folds, and a table of it with the range of the others.

    Neither where there is one fold.

    Args:
        folds: what `by_fold` gives, by candidate.
        labels: metric → its name, the headline first.
    """
    names = list(dict.fromkeys(name for found in folds.values() for name in found))
    if len(names) < 2:
        return [], []
    others = [metric for metric in labels if metric != HEADLINE]
    body = []
    for candidate, found in folds.items():
        heads = [f"{found[name][HEADLINE]:.3f}" if name in found else "—" for name in names]
        ranges = [_range([one[metric] for one in found.values()]) for metric in others]
        body.append([candidate, *heads, *ranges])
    grid = Grid(
        title="Stability over the folds",
        columns=["candidate", *names, *(labels[metric] for metric in others)],
        rows=body,
        caption=f"{labels[HEADLINE]} of each fold, named by the first day it judges; of the other "
        "metrics the lowest and the highest.",
    )
    chart = Chart(
        name="stability",
        title=f"{labels[HEADLINE]} by fold",
        x_label="first judged day",
        y_label=labels[HEADLINE],
        series={
            candidate: (list(found), [round(one[HEADLINE], 5) for one in found.values()])
            for candidate, found in folds.items()
        },
        caption="Lines that cross are candidates whose order is not settled.",
    )
    return [chart], [grid]


def _range(values: list[float]) -> str:
    return f"{number(min(values))} – {number(max(values))}"
