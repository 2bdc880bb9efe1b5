"""Points, paths and coloured fields of a plane, drawn as SVG with both axes on one scale or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from penstock.core.contracts import Array
from penstock.pages.axes import Axis, linear
from penstock.pages.palette import styles
from penstock.pages.svg import at, element, frame, text, width_of

WIDTH, HEIGHT = 460.0, 320.0
TOP, BOTTOM, RIGHT = 26.0, 40.0, 12.0


@dataclass(frozen=True)
class Plane:
    """What lies in a plane.

    Attributes:
        points: name → (n, 2).
        paths: name → (n, 2), joined in order; a row of NaN lifts the pen.
        guides: lines without a name, drawn faintly below all else.
        fields: name → (n, 4): rectangles left, low, right, high in its colour.
        square: a unit is as long on both axes.
        bare: without axes, where places mean nothing.
        written: points are their names, which tells apart more of them than colours do.
    """

    title: str
    points: Mapping[str, Array] = field(default_factory=dict)
    paths: Mapping[str, Array] = field(default_factory=dict)
    guides: Sequence[Array] = ()
    fields: Mapping[str, Array] = field(default_factory=dict)
    x_label: str = ""
    y_label: str = ""
    caption: str = ""
    square: bool = False
    bare: bool = False
    written: bool = False

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys([*self.points, *self.paths, *self.fields]))


def draw_plane(plane: Plane) -> str:
    """The plane as one SVG element."""
    every = [*plane.points.values(), *plane.paths.values(), *plane.guides]
    every += [one.reshape(-1, 2) for one in plane.fields.values()]
    places = np.concatenate(every)
    places = places[np.isfinite(places).all(axis=1)]
    x_axis, y_axis = _axes(plane, places)
    classes = styles(plane.names)
    parts = ["" if plane.bare else _scaffold(plane, x_axis, y_axis)]
    parts += [
        element("path", cls="reference", d=_path(one, x_axis, y_axis)) for one in plane.guides
    ]
    for name, boxes in plane.fields.items():
        parts.append(_group(classes[name], (_box(box, x_axis, y_axis) for box in boxes.tolist())))
    for name, path in plane.paths.items():
        line = element("path", cls="line", d=_path(path, x_axis, y_axis))
        parts.append(_group(classes[name], [line]))
    for name, points in plane.points.items():
        places_of = [(x_axis.place(x), y_axis.place(y)) for x, y in points.tolist()]
        if plane.written:
            marks = [text(name, x, y + 4, "glyph middle") for x, y in places_of]
        else:
            size = 3.2 if len(points) < 150 else 2.2
            marks = [element("circle", name, cls="dot", r=size, cx=x, cy=y) for x, y in places_of]
        parts.append(_group(classes[name], marks))
    return frame(plane.title, WIDTH, y_axis.start + BOTTOM, "".join(parts))


def _axes(plane: Plane, places: Array) -> tuple[Axis, Axis]:
    low, high = places.min(axis=0), places.max(axis=0)
    floor = HEIGHT - BOTTOM
    y_axis = linear([float(low[1]), float(high[1])], floor, TOP, tight=plane.bare)
    left = 12.0 if plane.bare else 14 + max(width_of(label) for _, label in y_axis.ticks)
    x_axis = linear([float(low[0]), float(high[0])], left, WIDTH - RIGHT, tight=plane.bare)
    if not plane.square:
        return x_axis, y_axis
    scale = min(
        (WIDTH - RIGHT - left) / (x_axis.high - x_axis.low),
        (floor - TOP) / (y_axis.high - y_axis.low),
    )
    wide, tall = scale * (x_axis.high - x_axis.low), scale * (y_axis.high - y_axis.low)
    return (
        Axis(x_axis.low, x_axis.high, left, left + wide, x_axis.ticks),
        Axis(y_axis.low, y_axis.high, TOP + tall, TOP, y_axis.ticks),
    )


def _scaffold(plane: Plane, x_axis: Axis, y_axis: Axis) -> str:
    parts = [text(plane.y_label, 0, 12, "label")]
    for value, label in y_axis.ticks:
        height = y_axis.place(value)
        kind = "axis" if height == y_axis.start else "grid"
        ends = {"x1": x_axis.start, "x2": x_axis.end}
        parts.append(element("line", "", cls=kind, y1=height, y2=height, **ends))
        parts.append(text(label, x_axis.start - 7, height + 4, "tick end"))
    for value, label in x_axis.ticks:
        place = x_axis.place(value)
        parts.append(
            element("line", cls="axis", x1=place, x2=place, y1=y_axis.start, y2=y_axis.start + 4)
        )
        parts.append(text(label, place, y_axis.start + 17, "tick middle"))
    parts.append(text(plane.x_label, x_axis.end, y_axis.start + BOTTOM - 4, "label end"))
    return "".join(parts)


def _box(box: Sequence[float], x_axis: Axis, y_axis: Axis) -> str:
    left, low, right, high = box
    x, y = x_axis.place(left), y_axis.place(high)
    size = {"width": x_axis.place(right) - x, "height": y_axis.place(low) - y}
    # Without it, seams between rectangles would show.
    return element("rect", "", cls="band", x=x, y=y, **{"shape-rendering": "crispEdges"}, **size)


def _path(path: Array, x_axis: Axis, y_axis: Axis) -> str:
    strokes, down = [], False
    for x, y in path.tolist():
        if np.isnan(x) or np.isnan(y):
            down = False
            continue
        strokes.append(f"{'L' if down else 'M'}{at(x_axis.place(x))} {at(y_axis.place(y))}")
        down = True
    return "".join(strokes)


def _group(classes: str, parts: object) -> str:
    return f'<g class="series {classes}">{"".join(parts)}</g>'  # type: ignore[arg-type]


def regions(x: Array, y: Array, told: Array) -> dict[str, Array]:
    """Class → rectangles (n, 4) of a grid of classes (len(y), len(x)); a run is one of them."""
    wide, high = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    found: dict[str, list[list[float]]] = {}
    for row, line in enumerate(told):
        edges = [0, *(np.flatnonzero(np.diff(line)) + 1).tolist(), len(line)]
        for start, end in pairwise(edges):
            box = [x[start] - wide, y[row] - high, x[end - 1] + wide, y[row] + high]
            found.setdefault(str(line[start]), []).append(box)
    return {name: np.array(boxes) for name, boxes in sorted(found.items())}
