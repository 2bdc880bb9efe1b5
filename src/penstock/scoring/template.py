"""Sentences with places for values, which are written as people would write them."""

from __future__ import annotations

import math
import string
from collections.abc import Mapping

from penstock.scoring.currency import Currency


class Template:
    """A sentence, taken apart once.

    Args:
        says: with places `{NAME:FORMAT}` for values, see `said`.

    Attributes:
        names: of the values that have a place.
    """

    def __init__(self, says: str) -> None:
        parsed = string.Formatter().parse(says)
        self._parts = [(text, name or "", spec or "") for text, name, spec, _ in parsed]
        self.names = frozenset(name for _, name, _ in self._parts if name)

    def fill(self, values: Mapping[str, float], currency: Currency) -> str:
        """The sentence; a value that is not there is unknown."""
        parts = [
            text + said(values.get(name, math.nan), spec, currency) if name else text
            for text, name, spec in self._parts
        ]
        return "".join(parts)


def said(value: float, spec: str, currency: Currency) -> str:
    """A value in words.

    Args:
        spec: `times` (5.2 times), `money`, `share` (12 %), `days`, `day|days` and the like (1 day,
            3 days, no days), or any format of Python's.
    """
    if not math.isfinite(value):
        return "unknown"
    if spec == "times":
        return f"{value:,.{1 if value < 9.95 else 0}f} times"
    if spec == "money":
        return currency.say(value)
    if spec == "share":
        decimals = 1 if 0 < value < 0.01 else 0
        return f"{value:.{decimals}%}".replace("%", " %")
    if spec == "days":
        return "less than a day" if value < 1 else _counted(math.floor(value), "day", "days")
    one, plural, many = spec.partition("|")
    return _counted(round(value), one, many) if plural else format(float(value), spec)


def _counted(number: int, one: str, many: str) -> str:
    """`no frauds`, `1 fraud`, `3 frauds`."""
    return f"1 {one}" if number == 1 else f"{number:,} {many}" if number else f"no {many}"
