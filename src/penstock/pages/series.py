"""A chart's series as numbers: categories become positions, gaps become pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from penstock.core.contracts import Array, Chart
from penstock.pages.thinning import thin

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Points:
    """One series: `x` and `y` of shape (n,), y NaN where the line breaks; x as said to people."""

    name: str
    x: Array
    y: Array
    says: tuple[str, ...] = ()

    def finite(self) -> Array:
        """Mask of the points that can be drawn."""
        mask: Array = np.isfinite(self.x) & np.isfinite(self.y)
        return mask

    def pieces(self, columns: int) -> list[tuple[Array, Array]]:
        """The line between its gaps, thinned to what `columns` pixel columns show."""
        known = self.finite()
        edges = np.flatnonzero(np.diff(np.r_[False, known, False].astype(np.int8)))
        found = []
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            x, y = self.x[start:end], self.y[start:end]
            kept = thin(x, y, columns)
            found.append((x[kept], y[kept]))
        return found


def is_categorical(chart: Chart) -> bool:
    """Whether x holds names (days, features) instead of numbers; bars always stand for names."""
    return any(isinstance(value, str) for x, _ in chart.series.values() for value in x)


def categories(chart: Chart) -> list[str]:
    """The names on x over all series: days in order, anything else as it first appears."""
    seen = dict.fromkeys(str(value) for x, _ in chart.series.values() for value in x)
    return sorted(seen) if all(_DAY.fullmatch(name) for name in seen) else list(seen)


def numeric(chart: Chart, names: Sequence[str]) -> list[Points]:
    """Every series as numbers; x is the position in `names` where there are any."""
    position = {name: float(index) for index, name in enumerate(names)}
    found = []
    for name, (x, y) in chart.series.items():
        length = min(len(x), len(y))
        heights = np.asarray(list(y)[:length], dtype=np.float64)
        if names:
            says = tuple(str(value) for value in list(x)[:length])
            order = sorted(range(length), key=lambda index: position[says[index]])
            places = np.array([position[says[index]] for index in order], dtype=np.float64)
            found.append(Points(name, places, heights[order], tuple(says[i] for i in order)))
        else:
            found.append(Points(name, np.asarray(list(x)[:length], dtype=np.float64), heights))
    return found
