"""The few SVG elements the charts are made of; every text and attribute is escaped here."""

from __future__ import annotations

from html import escape

FONT = 11.5


def at(value: float) -> str:
    """A coordinate to a tenth of a unit, so that the same figure is the same text."""
    return f"{round(value, 1) + 0.0:g}"


def element(tag: str, title: str = "", *, cls: str, **attributes: float | str) -> str:
    """An element with numbers rounded; `title` is what a pointer that rests on it is told."""
    said = "".join(
        f' {name}="{escape(value) if isinstance(value, str) else at(value)}"'
        for name, value in attributes.items()
    )
    start = f'<{tag} class="{escape(cls)}"{said}'
    return f"{start}><title>{escape(title)}</title></{tag}>" if title else f"{start}/>"


def text(words: str, x: float, y: float, cls: str, title: str = "") -> str:
    """Words at a place; `cls` says what they are and where they end (`middle`, `end`)."""
    whole = f"<title>{escape(title)}</title>" if title else ""
    return f'<text class="{escape(cls)}" x="{at(x)}" y="{at(y)}">{whole}{escape(words)}</text>'


def width_of(words: str) -> float:
    """About how wide `words` are at the charts' font size, in user units."""
    return len(words) * FONT * 0.6


def frame(label: str, width: float, height: float, inside: str, cls: str = "chart") -> str:
    """The outer element; `label` is read aloud in its place."""
    return (
        f'<svg class="{escape(cls)}" viewBox="0 0 {at(width)} {at(height)}" role="img" '
        f'aria-label="{escape(label)}">{inside}</svg>'
    )
