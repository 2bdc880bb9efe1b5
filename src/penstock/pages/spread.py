"""How far the points of a chart spread: a band along a line, a whisker across a bar's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from penstock.core.contracts import Chart
from penstock.pages.axes import Axis
from penstock.pages.series import Points, numeric
from penstock.pages.svg import at, element

Bounds = Mapping[str, tuple[Points, Points]]


def bounds(chart: Chart, names: Sequence[str]) -> dict[str, tuple[Points, Points]]:
    """Series → its lowest and its highest points, in the order in which its own are drawn."""
    found = {}
    for name, (low, high) in chart.spread.items():
        if name not in chart.series:
            continue
        x = chart.series[name][0]
        both = replace(chart, series={"low": (x, low), "high": (x, high)}, spread={})
        lowest, highest = numeric(both, names)
        found[name] = (lowest, highest)
    return found


def heights(found: Bounds) -> list[float]:
    """Every bound that an axis must hold."""
    return [float(y) for pair in found.values() for one in pair for y in one.y[one.finite()]]


def band(pair: tuple[Points, Points], x_axis: Axis, y_axis: Axis) -> str:
    """The area between the bounds of a line."""
    there, back = ([*zip(one.x.tolist(), one.y.tolist(), strict=True)] for one in pair)
    known = pair[0].finite() & pair[1].finite()
    outline = [
        *(there[i] for i in known.nonzero()[0]),
        *(back[i] for i in known.nonzero()[0][::-1]),
    ]
    if not outline:
        return ""
    places = "L".join(f"{at(x_axis.place(x))} {at(y_axis.place(y))}" for x, y in outline)
    return element("path", cls="band", d=f"M{places}Z")


def whisker(low: float, high: float, axis: Axis, middle: float) -> str:
    """A line from bound to bound, level with the middle of its bar."""
    ends = (axis.place(low), axis.place(high))
    return element("line", cls="reach", x1=ends[0], x2=ends[1], y1=middle, y2=middle)
