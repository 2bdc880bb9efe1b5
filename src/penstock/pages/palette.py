"""A candidate keeps its colour on the whole page; the colours themselves are in house.css."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SIZE = 8
REST = "rest"  # of candidates that no chart shows


def style_of(index: int) -> str:
    """CSS classes of the series number `index`: eight colours, then the same ones dashed."""
    colour, dash = index % SIZE, index // SIZE % 3
    return f"s{colour} dash{dash}" if dash else f"s{colour}"


def styles(names: Iterable[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Name → CSS classes; names in `known` keep theirs, others take the next free ones."""
    given = dict(known or {})
    free = (style for index in range(3 * SIZE) if (style := style_of(index)) not in given.values())
    return {name: given.get(name) or next(free, style_of(0)) for name in names}


def styles_of(names: Iterable[str], drawn: Iterable[str]) -> dict[str, str]:
    """CSS classes of candidates, of which those `drawn` have colours in the order of `names`."""
    listed, shown = list(names), set(drawn)
    coloured = styles(name for name in listed if name in shown)
    return {name: coloured.get(name, REST) for name in listed}
