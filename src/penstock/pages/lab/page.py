"""A topic as one self-contained file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from penstock.pages.charts import draw
from penstock.pages.curriculum.coverage import Line
from penstock.pages.lab.plane import Plane, draw_plane
from penstock.pages.lab.topic import Figure, Topic, topic_of, topics
from penstock.pages.page import fill
from penstock.pages.palette import styles
from penstock.pages.pictures import Sheet, address


def lab_page(name: str, coverage: Sequence[Line]) -> str:
    """The page of a topic.

    Args:
        coverage: all rows, see `curriculum.coverage`.

    Raises:
        UnknownName: there is no such topic.
    """
    topic = topic_of(name)
    rows = [line for line in coverage if line.row in topic.rows]
    return fill(
        "lab.html",
        name=name,
        topic=topic,
        rows=rows,
        figures=[_figure(one) for one in topic.figures()],
        others=[(other, topic_of(other).title) for other in topics() if other != name],
    )


def index_page(coverage: Sequence[Line]) -> str:
    """The list of all topics."""
    done = {line.row for line in coverage if line.state == "done"}
    listed: list[tuple[str, Topic, int]] = []
    for name in topics():
        topic = topic_of(name)
        listed.append((name, topic, sum(row in done for row in topic.rows)))
    return fill("lab_index.html", listed=listed)


def _figure(one: Figure) -> dict[str, Any]:
    if isinstance(one, Sheet):
        pictures = [
            (heading, [(address(p.pixels, one.kind), p) for p in row]) for heading, row in one.rows
        ]
        return {
            "title": one.title,
            "caption": one.caption,
            "sheet": one,
            "rows": pictures,
            "svg": "",
            "legend": [],
        }
    if isinstance(one, Plane):
        names, drawn = one.names, draw_plane(one)
    else:
        names, drawn = list(one.series), draw(one)
    return {
        "title": one.title,
        "caption": one.caption,
        "svg": Markup(drawn),  # noqa: S704 - escaped by svg.py
        "legend": list(styles(names).items()) if len(names) > 1 else [],
    }
