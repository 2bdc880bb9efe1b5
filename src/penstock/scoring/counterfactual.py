"""At which smaller amounts a row would have passed: exact, on the grid of whole minor units.

A model of trees only asks whether an input reaches a threshold. Between two amounts at which some
input reaches one, the score can't change: one score for each such interval tells all of them. Told
is the nearest amount, as Wachter et al. 2017 ask of a counterfactual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, View
from penstock.core.dataset import Dataset
from penstock.core.lever import Lever
from penstock.scoring.levers import Pulled


class Stepped(Protocol):
    """A candidate whose score changes only where an input reaches one of its thresholds."""

    def thresholds(self) -> Mapping[str, Array]:
        """Input → ascending float32: a value below one goes one way, others the other."""

    def predict_proba(self, view: View) -> Array: ...


Worth = Callable[[Array, Array], Array]
"""What is compared with a threshold: of scores and amounts, never falling as an amount rises."""


def by_score(score: Array, amount: Array) -> Array:
    """The score alone decides."""
    return score


def passing(
    candidate: Stepped, view: View, lever: Lever, cut: Array, worth: Worth = by_score
) -> pd.DataFrame:
    """The nearest smaller amounts at which each row of `view` would stay below its `cut` [rows].

    Returns:
        Columns `passes_from` and `passes_below`, in units of the lever: all amounts from the one
        to below the other would pass; both 0 where no smaller amount would; both NaN where the
        row passes as it is, or the rules of the lever do not give the row's own inputs.
    """
    pulled = Pulled(lever, view)
    amounts = pulled.own / lever.per_unit
    told = pulled.reproduces() & (worth(candidate.predict_proba(view), amounts) >= cut)
    rows = np.flatnonzero(told)
    row, start = _cells(pulled, candidate.thresholds(), rows)
    score = candidate.predict_proba(_moved(pulled, row, start)) if len(row) else np.empty(0)
    stop = np.r_[start[1:], 0.0][: len(row)]
    last = np.searchsorted(row, rows, side="right") - 1
    stop[last] = pulled.own[rows] + 1
    alert = _first(
        lambda units: worth(score, units / lever.per_unit) >= cut[row], start.copy(), stop.copy()
    )
    found = np.full((len(told), 2), np.nan)
    for one, begin, end in zip(rows, np.searchsorted(row, rows), last + 1, strict=True):
        cells = slice(begin, end)
        found[one] = _nearest_run(start[cells], stop[cells], alert[cells]) / lever.per_unit
    return pd.DataFrame(found, columns=["passes_from", "passes_below"])


def _nearest_run(start: Array, stop: Array, alert: Array) -> Array:
    """The last run of amounts that pass: the first of them, and the first that does not again.

    Args:
        start, stop: of each cell, and where the next one begins.
        alert: the first amount of the cell that does not pass, `stop` where all do.
    """
    passing = np.flatnonzero(alert > start)
    if not len(passing):
        return np.zeros(2)
    last = passing[-1]
    broken = np.flatnonzero(alert[:last] < stop[:last])
    first = broken[-1] + 1 if len(broken) else 0
    return np.array([start[first], alert[last]])


def _first(holds: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """The first of the whole numbers from `low` to below `high` of which it holds, else `high`."""
    while (open_ := low < high).any():
        middle = np.floor((low + high) / 2)
        found = holds(middle)
        high = np.where(open_ & found, middle, high)
        low = np.where(open_ & ~found, middle + 1, low)
    return low


def _cells(pulled: Pulled, thresholds: Mapping[str, Array], rows: Array) -> tuple[Array, Array]:
    """Rows and the amounts at which their cells start, in order; the last holds one's own."""
    found = [(rows, np.zeros(len(rows)))]
    for name in pulled.followers:
        row = np.repeat(rows, len(thresholds[name]))
        wanted = np.tile(thresholds[name], len(rows))
        units = _first_reaching(pulled, name, row, wanted)
        within = units <= pulled.own[row]
        found.append((row[within], units[within]))
    row, units = (np.concatenate(part) for part in zip(*found, strict=True))
    cells = np.unique(np.column_stack([row, units]), axis=0)
    return cells[:, 0].astype(np.int64), cells[:, 1]


def _first_reaching(pulled: Pulled, name: str, row: Array, wanted: Array) -> Array:
    """The smallest amount at which an input reaches each threshold; one's own + 1 where none."""
    return _first(
        lambda units: pulled.value(name, row, units).astype(np.float32) >= wanted,
        np.zeros(len(row)),
        pulled.own[row] + 1,
    )


def _moved(pulled: Pulled, row: Array, units: Array) -> View:
    """A view of the rows at other amounts."""
    table = pulled.frame.iloc[row].reset_index(drop=True)
    table = table.assign(**{name: pulled.value(name, row, units) for name in pulled.followers})
    return replace(pulled.view, data=Dataset({"features": table}), target=None, past=None)
