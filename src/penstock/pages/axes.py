"""Scales and ticks: where a value stands on the paper, and what is written beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Axis:
    """A linear scale.

    Attributes:
        low, high: values at its ends.
        start, end: where these stand on the paper (end < start on a vertical axis).
        ticks: (value, label).
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]

    def place(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def linear(
    values: Sequence[float],
    start: float,
    end: float,
    *,
    count: int = 5,
    zero: bool = False,
    tight: bool = False,
) -> Axis:
    """An axis over finite `values`.

    Args:
        count: about how many ticks.
        zero: it holds 0, as bars need.
        tight: it ends on the values; otherwise on ticks.
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        room = abs(low) / 10 or 0.5
        low, high = low - room, high + room
    step = _step((high - low) / count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if tight:
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    else:
        low, high = first * step, last * step
    marks = [index * step for index in range(first, last + 1)]
    return Axis(low, high, start, end, tuple((mark, _label(mark, step)) for mark in marks))


def ordinal(labels: Sequence[str], start: float, end: float, *, room: float) -> Axis:
    """An axis of categories at 0, 1, 2 …, labelled as far as each label finds `room`."""
    short = [_short(label) for label in labels]
    fits = max(1, int(abs(end - start) / room))
    every = max(1, math.ceil(len(labels) / fits))
    ticks = tuple((float(index), short[index]) for index in range(0, len(labels), every))
    if len(labels) < 2:
        return Axis(-1.0, 1.0, start, end, ticks)
    return Axis(0.0, len(labels) - 1.0, start, end, ticks)


def number(value: float) -> str:
    """A measure for people: `0.687`, `0.9942`, `0.0044`, `1,754`, `—` where there is none."""
    if not math.isfinite(value):
        return "—"
    size = abs(value)
    if 0 < size < 1e-4:
        return f"{value:.1e}"
    if size >= 1000:
        return f"{value:,.0f}"
    power = math.floor(math.log10(size)) if size else 0
    # Three decimals, two figures of a smaller value, no more than four of a larger one.
    decimals = max(3, 1 - power) if power < 1 else 3 - power
    if 0.98 <= size < 1:  # what is lacking to 1 is what differs
        decimals = 4
    return f"{value:.{decimals}f}"


def _step(least: float) -> float:
    """The smallest of 1, 2, 5 × 10^k that is no smaller than `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(base * power for base in (1.0, 2.0, 5.0, 10.0) if base * power >= least * 0.999)


def _label(mark: float, step: float) -> str:
    if step >= 1e6 or step < 1e-4:
        return f"{mark:.1e}" if mark else "0"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{mark + 0.0:,.{decimals}f}" if abs(mark) > step / 2 else f"{0:.{decimals}f}"


def _short(label: str) -> str:
    if not _DAY.fullmatch(label):
        return label
    month = int(label[5:7])
    return f"{int(label[8:])} {_MONTHS[month - 1]}" if 1 <= month <= 12 else label
