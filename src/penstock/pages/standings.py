"""The leaderboard of one split: order, figures, and how far each may be off."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from penstock.core.contracts import Estimate, Scores
from penstock.pages.axes import Axis, linear, number
from penstock.pages.svg import at, element, frame, text

WIDTH, HEIGHT, EDGE = 320, 30, 12
MIDDLE, BELOW = 11, 23

Figures = Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True)
class Cell:
    """One metric of one candidate, as it is read: `0.687` and `0.662 – 0.712`."""

    mean: str
    interval: str
    spread: str
    published: str = ""


@dataclass(frozen=True)
class Standing:
    """A candidate's line: its whisker is SVG, on the scale that the whole split shares."""

    name: str
    cells: tuple[Cell, ...]
    whisker: Markup


@dataclass(frozen=True)
class Table:
    """A split's leaderboard, best first on the headline; `scale` stands above the whiskers.

    Attributes:
        ceiling: a figure or nothing for each metric, of what nobody is expected to pass.
    """

    split: str
    rows: tuple[Standing, ...]
    scale: Markup
    counted: str
    has_published: bool
    ceiling: tuple[str, ...] = ()


def ranked(scores: Mapping[str, Scores], split: str, metric: str) -> list[str]:
    """Candidates that were judged on `split`, best first; one without a figure comes last."""

    def place(name: str) -> tuple[bool, float, str]:
        found = scores[name][split].get(metric)
        known = found is not None and math.isfinite(found.mean)
        return (not known, -found.mean if found and known else 0.0, name)

    return sorted((name for name in scores if split in scores[name]), key=place)


def standings(
    scores: Mapping[str, Scores],
    split: str,
    metrics: Iterable[str],
    published: Figures,
    styles: Mapping[str, str],
    ceiling: Mapping[str, float],
) -> Table:
    """The leaderboard of `split`; the first of `metrics` is the headline."""
    shown = list(metrics)
    headline = shown[0]
    order = ranked(scores, split, headline)
    known = {name: published.get(name, {}).get(split, {}) for name in order}
    found = [scores[name][split][headline] for name in order if headline in scores[name][split]]
    values = [value for one in found for value in (one.low, one.high, one.mean)]
    values += [known[name][headline] for name in order if headline in known[name]]
    values += [ceiling[headline]] if headline in ceiling else []
    axis = linear([v for v in values if math.isfinite(v)], EDGE, WIDTH - EDGE, count=4, tight=True)
    rows = []
    for name in order:
        here = scores[name][split]
        cells = tuple(_cell(here.get(one), known[name].get(one)) for one in shown)
        mark = _whisker(
            here.get(headline), known[name].get(headline), ceiling.get(headline), axis, styles[name]
        )
        rows.append(Standing(name, cells, Markup(mark)))  # noqa: S704
    shown_published = any(cell.published for row in rows for cell in row.cells)
    above = tuple(number(ceiling[one]) if one in ceiling else "" for one in shown)
    return Table(
        split, tuple(rows), _scale(axis), _counted(found), shown_published, above if ceiling else ()
    )


def measured(
    scores: Mapping[str, Scores], split: str, metrics: Mapping[str, str], order: Iterable[str]
) -> tuple[list[str], list[tuple[str, list[Cell]]]]:
    """Labels of those `metrics` that any candidate has on `split`, and each candidate's cells."""
    here = {name: scores[name].get(split, {}) for name in order}
    shown = [one for one in metrics if any(one in found for found in here.values())]
    cells = [(name, [_cell(found.get(one), None) for one in shown]) for name, found in here.items()]
    return [metrics[one] for one in shown], cells


def _scale(axis: Axis) -> Markup:
    labels = [text(label, axis.place(tick), 14, "tick middle") for tick, label in axis.ticks]
    return Markup(frame("scale of the intervals", WIDTH, 18, "".join(labels), "strip"))  # noqa: S704


def interval(estimate: Estimate) -> str:
    return f"{number(estimate.low)} – {number(estimate.high)}"


def _counted(found: list[Estimate]) -> str:
    """How the intervals came about, in words."""
    if not found:
        return ""
    folds, unit = found[0].n, found[0].unit
    mean = "One test window" if folds == 1 else f"Mean of {folds} folds"
    return f"{mean}; 95 % interval by bootstrap over the unit “{unit}”."


def _cell(found: Estimate | None, known: float | None) -> Cell:
    published = "" if known is None else number(known)
    if found is None:
        return Cell("—", "", "", published)
    spread = f"standard deviation over {found.n} folds: {number(found.std)}" if found.n > 1 else ""
    return Cell(number(found.mean), interval(found), spread, published)


def _whisker(
    found: Estimate | None, known: float | None, ceiling: float | None, axis: Axis, style: str
) -> str:
    parts = [
        element("line", cls="grid", x1=axis.place(tick), x2=axis.place(tick), y1=0, y2=HEIGHT)
        for tick, _ in axis.ticks
    ]
    if ceiling is not None:
        x = axis.place(ceiling)
        title = f"ceiling {number(ceiling)}"
        parts.append(element("line", title, cls="ceiling", x1=x, x2=x, y1=0, y2=HEIGHT))
    if known is not None:
        place = axis.place(known)
        # Below the whisker: where it matters most, it would hide behind our own figure.
        diamond = f"M{at(place)} {BELOW - 5}l5 5l-5 5l-5 -5z"
        parts.append(element("path", f"published {number(known)}", cls="published", d=diamond))
    label = "no figure"
    if found is not None and math.isfinite(found.mean):
        label = f"{number(found.mean)}, 95 % interval {interval(found)}"
        mean = axis.place(found.mean)
        low, high = (axis.place(v) if math.isfinite(v) else mean for v in (found.low, found.high))
        marks = [
            element("line", cls="whisker", x1=low, x2=high, y1=MIDDLE, y2=MIDDLE),
            element("line", cls="whisker", x1=low, x2=low, y1=MIDDLE - 5, y2=MIDDLE + 5),
            element("line", cls="whisker", x1=high, x2=high, y1=MIDDLE - 5, y2=MIDDLE + 5),
            element("circle", label, cls="mean", cx=mean, cy=MIDDLE, r=5),
        ]
        parts.append(f'<g class="series {style}">{"".join(marks)}</g>')
    return frame(label, WIDTH, HEIGHT, "".join(parts), cls="strip")
