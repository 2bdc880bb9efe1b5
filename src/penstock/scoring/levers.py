"""Rows with another amount: every input that follows from it, by the rules of its features."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array, View
from penstock.core.lever import Follower, Lever

FINEST = 100  # parts of a minor unit in which quantiles are whole


class Pulled:
    """Rows with a lever on them.

    Args:
        view: rows with a table `features`; its `past` is asked where a largest value is.
    """

    def __init__(self, lever: Lever, view: View) -> None:
        self.lever, self.view = lever, view
        self.frame = view.data.tables["features"]
        self.followers = {one.input: one for one in lever.among(view.signature.names)}
        own = self._column(lever.input) if self.followers else np.zeros(len(self.frame))
        self.own = np.rint(own * lever.per_unit)
        self._before = {
            one.input: self._largest_before(one)
            for one in self.followers.values()
            if one.rule == "largest"
        }

    def value(self, name: str, row: Array, units: Array) -> Array:
        """The input `name` of rows [k] if their amounts were `units` [k] minor units: float64 [k].

        The arithmetic is that of the features: window sums in whole minor units, one rounding.
        """
        one, per_unit = self.followers[name], self.lever.per_unit
        amount: Array = units / per_unit
        if one.rule == "itself":
            return amount
        found, by = self._column(name)[row], self._column(one.by)[row]
        if one.rule == "usual":
            return np.where(by > 0, found, amount)
        if one.rule == "mean":
            total = np.rint(found * by * per_unit)
            mean: Array = (total - self.own[row] + units) / (by * per_unit)
            return mean
        if one.rule == "relative":
            return _relative(found, self.own[row], units, by > 0)
        after = self.value(one.by, row, units)
        if one.rule == "above":
            count: Array = found - (by > one.threshold) + (after > one.threshold)
            return count
        return np.maximum(self._before[name][row], after)

    def reproduces(self) -> Array:
        """Whether the rules give a row's own inputs at its own amount, as float32: bool [rows]."""
        row = np.arange(len(self.frame))
        known = np.full(len(row), bool(self.followers))
        for name in self.followers:
            mine = self.value(name, row, self.own).astype(np.float32)
            known &= mine == self._column(name).astype(np.float32)
        return known

    def _column(self, name: str) -> Array:
        return self.frame[name].to_numpy(np.float64)

    def _largest_before(self, one: Follower) -> Array:
        """Of the rows before each that are counted with it; NaN where nobody knows."""
        found, own = self._column(one.input), self._column(one.by)
        before = np.where(found > own, found, np.nan)  # it is not one's own, so it stays
        unknown = np.flatnonzero(~(found > own))
        if len(unknown) and self.view.past is not None:
            earlier = (self._column(one.rows)[unknown] - 1).astype(np.int64)
            length = int(earlier.max()) + 1
            values, there = self.view.past.of(unknown).on((one.by,)).windows(length)
            recent = there & (np.arange(length) >= length - 1 - earlier[:, None])
            recent[:, -1] = False
            before[unknown] = np.where(recent, values[..., 0], -np.inf).max(axis=1)
        return before


def _relative(found: Array, own: Array, units: Array, known: Array) -> Array:
    """Amounts by a quantile that is told by what one's own amount is by it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quantile = np.rint(own * FINEST / found)
        moved = units * FINEST / quantile
    first = units / np.maximum(units, 1)  # by itself, of a minor unit at least
    return np.where(known, np.where(own > 0, moved, found), first)
