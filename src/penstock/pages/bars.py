"""Horizontal bars: names are read level, and there is room for long ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from penstock.core.contracts import Chart
from penstock.pages.axes import Axis, linear, number
from penstock.pages.series import Points, categories, numeric
from penstock.pages.spread import bounds, heights, whisker
from penstock.pages.svg import element, frame, text, width_of

# Narrower than a line chart: a page shows one per candidate, three to a row.
WIDTH, TOP, BOTTOM, RIGHT = 380, 8, 40, 14
LONGEST = 26
GAP = 8

Place = tuple[float, float]


def draw_bars(chart: Chart, classes: Mapping[str, str]) -> str:
    """A row per name on x, a bar per series in it; bars start at zero."""
    names = categories(chart)
    series = numeric(chart, names)
    thick = 13.0 if len(series) == 1 else 8.0
    row = thick * len(series) + GAP
    floor = TOP + row * len(names)
    left = 10 + max(width_of(_cut(name)) for name in names)
    reach = bounds(chart, names)
    lengths = [float(y) for points in series for y in points.y[points.finite()]]
    lengths += heights(reach)
    axis = linear(lengths, left, WIDTH - RIGHT, count=4, zero=True)
    parts = [_scaffold(chart, axis, floor)]
    for index, name in enumerate(names):
        middle = TOP + row * (index + 0.5)
        whole = name if _cut(name) != name else ""
        parts.append(text(_cut(name), left - 7, middle + 4, "tick end", whole))
    for order, points in enumerate(series):
        shift = GAP / 2 + thick * order
        parts.append(_series(points, classes[points.name], axis, row, shift, thick))
        for low, high in _pairs(reach.get(points.name)):
            middle = TOP + row * float(low[0]) + shift + (thick - 1) / 2
            parts.append(whisker(low[1], high[1], axis, middle))
    zero = axis.place(0.0)
    parts.append(element("line", cls="axis", x1=zero, x2=zero, y1=TOP, y2=floor))
    return frame(chart.title, WIDTH, floor + BOTTOM, "".join(parts))


def _scaffold(chart: Chart, axis: Axis, floor: float) -> str:
    parts = []
    for value, label in axis.ticks:
        place = axis.place(value)
        parts.append(element("line", cls="grid", x1=place, x2=place, y1=TOP, y2=floor))
        parts.append(text(label, place, floor + 15, "tick middle"))
    # Where bars lie down, what the chart calls y is measured along the paper's x.
    parts.append(text(chart.y_label, WIDTH - RIGHT, floor + BOTTOM - 5, "label end"))
    return "".join(parts)


def _series(
    points: Points, classes: str, axis: Axis, row: float, shift: float, thick: float
) -> str:
    parts = []
    for index in points.finite().nonzero()[0].tolist():
        length = float(points.y[index])
        ends = sorted((axis.place(0.0), axis.place(length)))
        title = f"{points.name}\n{points.says[index]} {number(length)}"
        parts.append(
            element(
                "rect", title, cls="bar", x=ends[0], width=max(ends[1] - ends[0], 0.5),
                y=TOP + row * float(points.x[index]) + shift, height=thick - 1,
            )
        )  # fmt: skip
    return f'<g class="series {classes}">{"".join(parts)}</g>'


def _pairs(found: tuple[Points, Points] | None) -> Iterator[tuple[Place, Place]]:
    """The lowest and the highest point of each bar that has both."""
    if found is None:
        return
    for index in (found[0].finite() & found[1].finite()).nonzero()[0].tolist():
        low, high = ((float(one.x[index]), float(one.y[index])) for one in found)
        yield low, high


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
