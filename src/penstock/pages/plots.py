"""Charts as DVC plots: one CSV each, so that `dvc plots diff` lays two revisions over each other.

DVC draws them with `.dvc/plots/chart.json`. The columns are `series, x, y`, then what that
template writes beside the axes; a point without a value has an empty y.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from penstock.core.contracts import Chart
from penstock.core.files import atomic_folder
from penstock.pages.series import Points, categories, is_categorical, numeric

COLUMNS = 300  # of pixels that DVC's drawing has: more points would weigh and not be seen
HEAD = ("series", "x", "y", "row", "kind", "title", "x_label", "y_label")


def write_plots(charts: Iterable[Chart], folder: Path) -> None:
    """Replace `folder` by one `NAME.csv` per chart; a chart without a point has none.

    DVC takes a CSV without rows for a broken one.
    """
    with atomic_folder(folder) as part:
        for chart in charts:
            text = to_csv(chart)
            if text.count("\n") > 1:
                (part / f"{chart.name}.csv").write_text(text, encoding="utf-8")


def to_csv(chart: Chart) -> str:
    """The chart as text; numbers have six digits that count."""
    names = categories(chart) if chart.kind == "bar" or is_categorical(chart) else []
    drawn: list[tuple[str, Points]] = [(chart.kind, points) for points in numeric(chart, names)]
    if chart.reference is not None and not names:
        alone = replace(chart, series={"reference": chart.reference})
        drawn += [("reference", points) for points in numeric(alone, [])]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    labels = (chart.title, chart.x_label, chart.y_label)
    for kind, points in drawn:
        writer.writerows((*row, kind, *labels) for row in _rows(points))
    return text.getvalue()


def _rows(points: Points) -> Iterator[tuple[str, str, str, int]]:
    if points.says:
        for row, (name, y) in enumerate(zip(points.says, points.y.tolist(), strict=True)):
            yield points.name, name, _cell(y), row
        return
    row = 0
    for piece, (x, y) in enumerate(points.pieces(COLUMNS)):
        # A row without y parts the pieces, so that the line breaks where a value is missing.
        gap = [(float(x[0]), math.nan)] if piece else []
        for place, height in [*gap, *zip(x.tolist(), y.tolist(), strict=True)]:
            yield points.name, _cell(place), _cell(height), row
            row += 1


def _cell(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else ""
