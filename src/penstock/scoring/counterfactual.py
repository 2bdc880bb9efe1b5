"""At which smaller amounts a row would have passed: exact, on the grid of whole minor units.

A model of trees only asks whether an input reaches a threshold. Between two amounts at which some
input reaches one, the score can't change: one score for each such interval tells all of them. Told
is the nearest amount, as Wachter et al. 2017 ask of a counterfactual.
"""

from __future__ import annotations

from collections.abc import Mapping
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


def passing(candidate: Stepped, view: View, lever: Lever, cut: Array) -> pd.DataFrame:
    """The nearest smaller amounts at which each row of `view` would score below its `cut` [rows].

    Returns:
        Columns `passes_from` and `passes_below`, in units of the lever: all amounts from the one
        to below the other would pass; both 0 where no smaller amount would; both NaN where the
        row passes as it is, or the rules of the lever do not give the row's own inputs.
    """
    pulled = Pulled(lever, view)
    told = pulled.reproduces() & (candidate.predict_proba(view) >= cut)
    rows = np.flatnonzero(told)
    row, start = _cells(pulled, candidate.thresholds(), rows)
    score = candidate.predict_proba(_moved(pulled, row, start)) if len(row) else np.empty(0)
    found = np.full((len(told), 2), np.nan)
    edges = np.searchsorted(row, [rows, rows + 1])
    for one, first, last in zip(rows, *edges, strict=True):
        passes = score[first:last] < cut[one]
        found[one] = _nearest_run(passes, start[first:last]) / lever.per_unit
    return pd.DataFrame(found, columns=["passes_from", "passes_below"])


def _nearest_run(passes: Array, start: Array) -> Array:
    """Of the last run of passing cells: where it starts, and where the next cell does."""
    last = np.flatnonzero(passes)
    if not len(last):
        return np.zeros(2)
    failed = np.flatnonzero(~passes[: last[-1]])
    first = failed[-1] + 1 if len(failed) else 0
    return np.array([start[first], start[last[-1] + 1]])


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
    low, high = np.zeros(len(row)), pulled.own[row] + 1
    while (open_ := low < high).any():
        middle = np.floor((low + high) / 2)
        reached = pulled.value(name, row, middle).astype(np.float32) >= wanted
        high = np.where(open_ & reached, middle, high)
        low = np.where(open_ & ~reached, middle + 1, low)
    return low


def _moved(pulled: Pulled, row: Array, units: Array) -> View:
    """A view of the rows at other amounts."""
    table = pulled.frame.iloc[row].reset_index(drop=True)
    table = table.assign(**{name: pulled.value(name, row, units) for name in pulled.followers})
    return replace(pulled.view, data=Dataset({"features": table}), target=None, past=None)
