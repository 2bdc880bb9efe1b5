"""A square table of counts drawn as SVG: what was told right is grey, what was not is coloured."""

from __future__ import annotations

from penstock.pages.pictures import Counts
from penstock.pages.svg import element, frame, text, width_of

CELL_WIDE, CELL_HIGH, GAP = 44.0, 30.0, 2.0
TOP = 20.0
WHOLE = 100  # from here on a tenth tells nothing
PALE, STRONG = 0.1, 0.62  # the rarest and the commonest confusion: figures stay legible on both


def draw_counts(counts: Counts) -> str:
    """The table as one SVG element: true classes are rows, told ones columns."""
    wide = max(width_of(name) for name in counts.names)
    left, classes = wide + 30, len(counts.names)
    right, floor = left + classes * CELL_WIDE, TOP + classes * CELL_HIGH
    wrong = [float(v) for (i, j), v in _entries(counts) if i != j]
    most = max([*wrong, 0.0]) or 1.0
    parts = [text("true", left - 8, TOP - 7, "label end")]
    for (row, column), value in _entries(counts):
        x, y = left + column * CELL_WIDE, TOP + row * CELL_HIGH
        parts.append(_cell(counts, row, column, value, most, x, y))
    for place, name in enumerate(counts.names):
        middle = TOP + (place + 0.65) * CELL_HIGH
        parts.append(text(name, left - 8, middle, "tick end"))
        parts.append(_below(name, left + (place + 0.5) * CELL_WIDE, floor, wide))
    parts.append(text("told", right, floor + _depth(wide) + 16, "label end"))
    return frame(counts.title, right, floor + _depth(wide) + 22, "".join(parts), "chart counts")


def _cell(
    counts: Counts, row: int, column: int, value: float, most: float, x: float, y: float
) -> str:
    strength = 0.0
    if row != column and value:
        strength = PALE + (STRONG - PALE) * value / most
    cls = "right" if row == column else ("wrong" if value else "none")
    said = f"{value:,.0f}" if value >= WHOLE else f"{value:.1f}".removesuffix(".0")
    says = f"{counts.names[row]}, told {counts.names[column]}: {said}"
    box = element(
        "rect", says, cls=cls, x=x, y=y, width=CELL_WIDE - GAP, height=CELL_HIGH - GAP,
        **{"fill-opacity": f"{strength:.2f}" if strength else "1"},
    )  # fmt: skip
    if not value:
        return box
    return box + text(said, x + (CELL_WIDE - GAP) / 2, y + CELL_HIGH * 0.62, "label middle")


def _below(name: str, x: float, floor: float, wide: float) -> str:
    """A name under its column: level where names are short, else on end."""
    if wide <= CELL_WIDE - GAP:
        return text(name, x, floor + 14, "tick middle")
    turned = text(name, 0, 0, "tick end")
    return f'<g transform="translate({x + 4:.1f} {floor + 6:.1f}) rotate(-90)">{turned}</g>'


def _depth(wide: float) -> float:
    return 14.0 if wide <= CELL_WIDE - GAP else wide + 10


def _entries(counts: Counts) -> list[tuple[tuple[int, int], float]]:
    values = counts.values.tolist()
    places = range(len(counts.names))
    return [((row, column), float(values[row][column])) for row in places for column in places]
