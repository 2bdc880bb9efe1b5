"""Trees grown a level at a time, all nodes of a level and all their features in one pass.

Every feature is sorted once. A level's rows, once for each feature that their node may ask for,
become one list of whole numbers (node and feature, place in the feature's order); sorting it puts
each node's values in order, and sums along it are what lies left of every threshold
(SLIQ: Mehta, Agrawal and Rissanen 1996, section 4, with the sort in place of its class list).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.trees.impurity import Criterion
from penstock.scratch.trees.tree import LEAF, Tree, TreeBuilder

PURE = np.finfo(float).eps  # an impurity that rounding alone explains
TIE = 1e-11  # share by which two worths may differ and be equal but for rounding


@dataclass(frozen=True)
class Presorted:
    """Rows with the order of each feature.

    Attributes:
        order: rows by ascending value, (features, N).
        values: in that order, (features, N).
        place: of each row in each feature's order, (features, N).
    """

    order: Array
    values: Array
    place: Array

    @classmethod
    def of(cls, rows: Array) -> Presorted:
        """Sort rows (N, features); equal values keep the rows' order."""
        columns = np.ascontiguousarray(rows.T)
        order = np.argsort(columns, axis=1, kind="stable")
        place = np.empty_like(order)
        np.put_along_axis(place, order, np.arange(rows.shape[0])[None], axis=1)
        return cls(order, np.take_along_axis(columns, order, axis=1), place)


@dataclass(frozen=True)
class Limits:
    """When a node is split no more.

    Attributes:
        depth: questions on the way to a leaf at most; None: any number.
        split: rows that a node needs to be split.
        leaf: rows that a leaf holds at least.
        features: asked for at a node, drawn at random; all if as many as there are.
    """

    depth: int | None
    split: int
    leaf: int
    features: int


@dataclass(frozen=True)
class Splits:
    """The best split of each node; feature LEAF where there is none.

    Attributes:
        feature: (nodes,).
        threshold: midway between the two values it parts.
        last: place in the feature's order of the last row that goes left.
    """

    feature: Array
    threshold: Array
    last: Array


def grow(
    given: Presorted,
    criterion: Criterion,
    limits: Limits,
    rng: np.random.Generator,
    rows: Array | None = None,
) -> tuple[Tree, Array]:
    """A tree, and the leaf of each of its rows (those left out have LEAF).

    Args:
        given: all rows in order of each feature.
        criterion: what splits are good for.
        limits: where it ends.
        rng: draws features.
        rows: positions to grow on; None: all.
    """
    n = given.order.shape[1]
    going = np.arange(n) if rows is None else np.sort(rows)
    node, builder, depth = np.zeros(len(going), np.intp), TreeBuilder.empty(), 0
    ends, nodes = np.full(n, LEAF), 1
    while nodes:
        value, impurity, weight = criterion.describe(going, node, nodes)
        held = np.bincount(node, minlength=nodes)
        open_ = (impurity > PURE) & (held >= max(limits.split, 2 * limits.leaf))
        if limits.depth is not None and depth >= limits.depth:
            open_[:] = False
        splits = _split(given, criterion, limits, rng, going, node, open_)
        first = builder.size
        builder.add_level(
            value,
            impurity,
            weight,
            splits.feature,
            splits.threshold,
            np.zeros(nodes, bool),
        )
        asks = splits.feature != LEAF
        done = ~asks[node]
        ends[going[done]] = first + node[done]
        going, node = going[~done], node[~done]
        left = given.place[splits.feature[node], going] <= splits.last[node]
        child = np.cumsum(asks) - 1
        node, nodes = 2 * child[node] + ~left, 2 * int(asks.sum())
        depth += 1
    return builder.build(), ends


def _split(
    given: Presorted,
    criterion: Criterion,
    limits: Limits,
    rng: np.random.Generator,
    going: Array,
    node: Array,
    open_: Array,
) -> Splits:
    """The best split of every open node, of features drawn for it until one can split it."""
    features, nodes = len(given.order), len(open_)
    found = Splits(np.full(nodes, LEAF), np.zeros(nodes), np.zeros(nodes, np.intp))
    drawn = np.broadcast_to(np.arange(features), (nodes, features))
    if limits.features < features:
        drawn = rng.random((nodes, features)).argsort(axis=1, kind="stable")
    begun = 0
    left = open_.copy()
    for ended in dict.fromkeys((limits.features, features)):
        chosen = np.flatnonzero(left)
        if not len(chosen):
            break
        number = np.full(nodes, LEAF)
        number[chosen] = np.arange(len(chosen))
        inside = left[node]
        asked = drawn[chosen, begun:ended]
        part = _best(given, criterion, limits, going[inside], number[node[inside]], asked)
        found.feature[chosen], found.threshold[chosen] = part.feature, part.threshold
        found.last[chosen] = part.last
        left[chosen] = part.feature == LEAF
        begun = ended
    return found


def _best(
    given: Presorted,
    criterion: Criterion,
    limits: Limits,
    going: Array,
    node: Array,
    asked: Array,
) -> Splits:
    """The best split of each node among the features (nodes, tried) that are asked for.

    Of equally good ones the first in the features' order, and of those the lowest threshold.
    """
    nodes, tried = asked.shape
    n = given.order.shape[1]
    bits = int(n).bit_length()
    keys = (node[:, None] * tried + np.arange(tried)) << bits
    keys |= given.place[asked[node], going[:, None]]
    flat = np.sort(keys, axis=None)  # all differ: no order of equals to depend on
    at = flat & ((1 << bits) - 1)
    size = np.repeat(np.bincount(node, minlength=nodes), tried)
    start = np.cumsum(size) - size
    segment = np.repeat(np.arange(nodes * tried), size)
    flat_place = asked.ravel()[segment] * n + at
    values, rows = given.values.ravel()[flat_place], given.order.ravel()[flat_place]
    before = np.arange(len(flat)) - start[segment] + 1  # rows on the left if it ends here
    can = np.zeros(len(flat), bool)
    can[:-1] = (segment[1:] == segment[:-1]) & (values[1:] > values[:-1])
    can &= (before >= limits.leaf) & (size[segment] - before >= limits.leaf)
    place = np.flatnonzero(can)
    splits = Splits(np.full(nodes, LEAF), np.zeros(nodes), np.zeros(nodes, np.intp))
    if not len(place):
        return splits
    mine = segment[place]
    left, total = [], []
    for column in criterion.columns:
        along = np.concatenate([[0.0], np.cumsum(column[rows])])
        left.append(along[place + 1] - along[start[mine]])
        total.append(along[start[mine] + size[mine]] - along[start[mine]])
    worth = criterion.worth(left, total)
    owner = mine // tried
    edge = np.flatnonzero(np.diff(owner, prepend=-1))
    best = np.maximum.reduceat(worth, edge)
    least = np.repeat(best - TIE * np.abs(best), np.diff(edge, append=len(worth)))
    hit = np.flatnonzero(worth >= least)
    winner = hit[np.searchsorted(hit, edge)]
    who, where = owner[winner], place[winner]
    splits.feature[who] = asked.ravel()[mine[winner]]
    splits.last[who] = at[where]
    low, high = values[where], values[where + 1]
    middle = low / 2 + high / 2
    splits.threshold[who] = np.where(middle < high, middle, low)
    return splits
