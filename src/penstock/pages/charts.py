"""Charts drawn as SVG text: small, crisp, coloured by the page's CSS, the same every time.

No ids and no styles of its own, so any number of charts stands on one page. Classes: `axis`,
`grid`, `tick`, `label`, `reference`, `series sN`, `line`, `dot`, `hit`, `bar`.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from penstock.core.contracts import Chart
from penstock.pages.axes import Axis, linear, number, ordinal
from penstock.pages.bars import draw_bars
from penstock.pages.palette import styles
from penstock.pages.series import Points, categories, is_categorical, numeric
from penstock.pages.spread import band, bounds, heights
from penstock.pages.svg import at, element, frame, text, width_of

WIDTH, HEIGHT = 460, 292
TOP, BOTTOM, RIGHT = 34, 44, 14
COLUMNS = 400
FEW, HITS = 40, 24


def draw(chart: Chart, known: Mapping[str, str] | None = None) -> str:
    """The chart as one SVG element.

    Args:
        known: series → CSS classes, where a series has a colour on this page already.
    """
    classes = styles(chart.series, known)
    if not any(points.finite().any() for points in numeric(chart, _names(chart))):
        return _empty(chart)
    return draw_bars(chart, classes) if chart.kind == "bar" else _lines(chart, classes)


def _names(chart: Chart) -> list[str]:
    return categories(chart) if chart.kind == "bar" or is_categorical(chart) else []


def _lines(chart: Chart, classes: Mapping[str, str]) -> str:
    names = _names(chart)
    series = numeric(chart, names)
    reference = _reference(chart)
    drawn = [*series, *([reference] if reference else [])]
    reach = bounds(chart, names)
    seen = [float(y) for points in drawn for y in points.y[points.finite()]]
    y_axis = linear([*seen, *heights(reach)], HEIGHT - BOTTOM, TOP)
    left = 14 + max(width_of(label) for _, label in y_axis.ticks)
    if names:
        room = 12 + max(width_of(name if len(name) != 10 else "88 May") for name in names)
        x_axis = ordinal(names, left + 8, WIDTH - RIGHT - 8, room=room)
    else:
        places = [float(x) for points in drawn for x in points.x[points.finite()]]
        x_axis = linear(places, left, WIDTH - RIGHT)
    parts = [_scaffold(chart, x_axis, y_axis, left)]
    if reference:
        parts += [element("path", cls="reference", d=_path(reference, x_axis, y_axis))]
    # The first series is the one to look at: it is drawn last, on top of the others.
    for points in reversed(series):
        pair = reach.get(points.name)
        around = band(pair, x_axis, y_axis) if pair else ""
        parts.append(_series(points, classes[points.name], chart, x_axis, y_axis, around))
    return frame(chart.title, WIDTH, HEIGHT, "".join(parts))


def _reference(chart: Chart) -> Points | None:
    if chart.reference is None or is_categorical(chart):
        return None
    alone = Chart("reference", "", "", "", {"reference": chart.reference})
    return numeric(alone, [])[0]


def _scaffold(chart: Chart, x_axis: Axis, y_axis: Axis, left: float) -> str:
    floor = HEIGHT - BOTTOM
    parts = [text(chart.y_label, 0, 12, "label")]
    for value, label in y_axis.ticks:
        height = y_axis.place(value)
        kind = "axis" if height == floor else "grid"
        parts.append(element("line", cls=kind, x1=left, x2=WIDTH - RIGHT, y1=height, y2=height))
        parts.append(text(label, left - 7, height + 4, "tick end"))
    for value, label in x_axis.ticks:
        place = x_axis.place(value)
        parts.append(element("line", cls="axis", x1=place, x2=place, y1=floor, y2=floor + 4))
        parts.append(text(label, place, floor + 17, "tick middle"))
    parts.append(text(chart.x_label, WIDTH - RIGHT, HEIGHT - 5, "label end"))
    return "".join(parts)


def _series(
    points: Points, classes: str, chart: Chart, x_axis: Axis, y_axis: Axis, around: str
) -> str:
    parts = [f"<title>{escape(points.name)}</title>", around]
    parts.append(element("path", cls="line", d=_path(points, x_axis, y_axis)))
    known = points.finite().nonzero()[0].tolist()
    few = len(known) <= FEW
    shown = known if few else _spread(points, known, x_axis)
    for index in shown:
        x, y = float(points.x[index]), float(points.y[index])
        said = points.says[index] if points.says else number(x)
        title = f"{points.name}\n{chart.x_label} {said} · {chart.y_label} {number(y)}"
        place = {"cx": x_axis.place(x), "cy": y_axis.place(y)}
        parts.append(
            element("circle", title, cls="dot" if few else "hit", r=3 if few else 5, **place)
        )
    return f'<g class="series {classes}">{"".join(parts)}</g>'


def _spread(points: Points, known: list[int], x_axis: Axis) -> list[int]:
    """About `HITS` points, evenly along the axis: what the pointer can ask about."""
    chosen: dict[int, int] = {}
    for index in known:
        share = (float(points.x[index]) - x_axis.low) / (x_axis.high - x_axis.low)
        chosen.setdefault(round(share * HITS), index)
    return sorted(chosen.values())


def _path(points: Points, x_axis: Axis, y_axis: Axis) -> str:
    strokes = []
    for x, y in points.pieces(COLUMNS):
        places = [
            f"{at(x_axis.place(float(a)))} {at(y_axis.place(float(b)))}"
            for a, b in zip(x, y, strict=True)
        ]
        strokes.append("M" + "L".join(places))
    return "".join(strokes)


def _empty(chart: Chart) -> str:
    words = text("No data to draw", WIDTH / 2, 50, "label middle")
    return frame(chart.title, WIDTH, 90, words)
