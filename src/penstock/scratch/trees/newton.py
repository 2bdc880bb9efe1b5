"""Trees that take a Newton step: splits and answers by sums of slopes and curves of a loss.

Chen and Guestrin 2016, XGBoost, sections 2.2 and 3: with G and H the sums of first and second
derivatives of a node's rows, its best answer is -G/(H + λ), which is worth G²/(H + λ).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.trees.binning import Bins
from penstock.scratch.trees.tree import LEAF, Tree, TreeBuilder

LEAST_GAIN = 1e-6  # a split that brings less is rounding


@dataclass(frozen=True)
class NewtonLimits:
    """What a tree may be.

    Attributes:
        depth: questions on the way to a leaf at most.
        ridge: λ, a penalty on the squares of answers.
        gain: γ, what a split must bring.
        curve: H of a leaf at least.
    """

    depth: int
    ridge: float
    gain: float
    curve: float


@dataclass(frozen=True)
class _Level:
    """Nodes of one level: G and H of each, and by feature and bin, (2, nodes, features, bins)."""

    slope: Array
    curve: Array
    sums: Array


def grow_newton(
    bins: Bins, slope: Array, curve: Array, limits: NewtonLimits, features: Array, rows: Array
) -> Tree:
    """A tree on some rows and features.

    Args:
        bins: of all rows.
        slope, curve: derivatives of the loss at each row (N,).
        limits: what it may be.
        features: that it may ask for, ascending.
        rows: positions to grow on.
    """
    builder, going, depth = TreeBuilder.empty(), rows, 0
    node = np.zeros(len(rows), np.intp)
    sums = _sums(bins, slope, curve, features, going, node, 1)
    level = _Level(np.array([slope[going].sum()]), np.array([curve[going].sum()]), sums)
    while True:
        last = depth == limits.depth
        feature, threshold, at, missing = _split(bins, level, limits, features, last=last)
        asks = feature != LEAF
        _add(builder, level, limits, feature, threshold, missing)
        if not asks.any():
            tree = builder.build()
            return prune(tree, limits.gain) if limits.gain > 0 else tree
        inside = asks[node]
        going, node = going[inside], node[inside]
        code = bins.codes[feature[node], going]
        left = np.where(code == bins.width - 1, missing[node], code <= at[node])
        node = 2 * (np.cumsum(asks) - 1)[node] + ~left
        depth += 1
        nodes = 2 * int(asks.sum())
        sums = level.sums[:, asks]
        if depth < limits.depth:
            sums = _below(bins, slope, curve, features, going, node, sums)
        level = _Level(
            np.bincount(node, slope[going], nodes), np.bincount(node, curve[going], nodes), sums
        )


def _add(
    builder: TreeBuilder,
    level: _Level,
    limits: NewtonLimits,
    feature: Array,
    threshold: Array,
    missing: Array,
) -> None:
    """A level's nodes; their weight is H, and weight times impurity minus what they are worth."""
    room = np.maximum(level.curve + limits.ridge, np.finfo(float).tiny)
    answer = np.where(level.curve < limits.curve, 0.0, -level.slope / room)
    weight = np.maximum(level.curve, np.finfo(float).tiny)
    impurity = -(level.slope**2) / room / weight
    builder.add_level(answer[:, None], impurity, weight, feature, threshold, missing)


def _sums(
    bins: Bins,
    slope: Array,
    curve: Array,
    features: Array,
    going: Array,
    node: Array,
    nodes: int,
) -> Array:
    """Slopes and curves summed by node, feature and bin."""
    found = np.empty((2, nodes, len(features), bins.width))
    begin = node * bins.width
    parts = (slope[going], curve[going])
    for place, feature in enumerate(features):
        at = begin + bins.codes[feature][going]
        for kind, part in enumerate(parts):
            counted = np.bincount(at, part, nodes * bins.width)
            found[kind, :, place] = counted.reshape(nodes, bins.width)
    return found


def _below(
    bins: Bins,
    slope: Array,
    curve: Array,
    features: Array,
    going: Array,
    node: Array,
    parents: Array,
) -> Array:
    """Sums of the children: of the smaller one by its rows, of the other as what it leaves."""
    nodes = 2 * parents.shape[1]
    if bins.exact:  # an empty bin must be 0 and no difference of roundings
        return _sums(bins, slope, curve, features, going, node, nodes)
    size = np.bincount(node, minlength=nodes).reshape(-1, 2)
    smaller = 2 * np.arange(len(size)) + size.argmin(axis=1)
    inside = smaller[node // 2] == node
    few = _sums(bins, slope, curve, features, going[inside], node[inside] // 2, len(size))
    found = np.empty((2, nodes, *parents.shape[2:]))
    found[:, smaller], found[:, smaller ^ 1] = few, parents - few
    return found


def _split(
    bins: Bins, level: _Level, limits: NewtonLimits, features: Array, *, last: bool
) -> tuple[Array, Array, Array, Array]:
    """Feature, threshold, last bin on the left, and where gaps go, for each node.

    Gaps are tried on either side, and the better one is learnt (Chen and Guestrin 2016, algorithm
    3). Of equal gains the first feature wins, then gaps on the right with the lowest threshold,
    then gaps on the left with the highest: the order in which XGBoost looks.
    """
    nodes = len(level.slope)
    chosen = np.full(nodes, LEAF)
    missing, at = np.zeros(nodes, bool), np.zeros(nodes, np.intp)
    if last:
        return chosen, np.zeros(nodes), at, missing
    values = bins.width - 1
    along, gap = np.cumsum(level.sums[..., :values], axis=3), level.sums[..., values:]
    gains = _gains(along + gap, level, limits)
    if bins.exact:
        gains[level.sums[1, ..., :values] == 0] = -np.inf
    tried = [gains[..., ::-1]]
    if bins.gaps[features].any():
        right = _gains(along, level, limits)
        right[:, ~bins.gaps[features]] = -np.inf
        if bins.exact:
            right[level.sums[1, ..., :values] == 0] = -np.inf
        tried.insert(0, right)
    every = np.concatenate(tried, axis=2).reshape(nodes, -1)
    best = every.argmax(axis=1)
    place, position = np.divmod(best, len(tried) * values)
    missing = position >= (len(tried) - 1) * values
    at = np.where(missing, len(tried) * values - 1 - position, position)
    asks = every[np.arange(nodes), best] > LEAST_GAIN
    chosen = np.where(asks, features[place], LEAF)
    after = at + 1
    if bins.exact:
        held = level.sums[1, np.arange(nodes), place, :values] > 0
        held &= np.arange(values) > at[:, None]
        after = np.where(held.any(axis=1), held.argmax(axis=1), values)
    return chosen, bins.threshold(features[place], at, after), at, missing & asks


def _gains(left: Array, level: _Level, limits: NewtonLimits) -> Array:
    """What splits bring, float32, -∞ where a side is too light."""
    slope, curve = level.slope[:, None, None], level.curve[:, None, None]
    right = curve - left[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = left[0] ** 2 / (left[1] + limits.ridge)
        found += (slope - left[0]) ** 2 / (right + limits.ridge)
        found -= slope**2 / (curve + limits.ridge)
    least = max(limits.curve, 1e-16)
    found[(left[1] < least) | (right < least)] = -np.inf
    return np.asarray(found.astype(np.float32))


def prune(tree: Tree, least: float) -> Tree:
    """Take back splits that bring less than `least`, from the leaves up.

    A split that brings little stays if one below it brings enough.
    """
    feature, left, right = tree.feature.copy(), tree.left.copy(), tree.right.copy()
    mass = tree.weight * tree.impurity
    for node in range(len(feature) - 1, -1, -1):
        if feature[node] == LEAF:
            continue
        a, b = left[node], right[node]
        if feature[a] == LEAF and feature[b] == LEAF and mass[node] - mass[a] - mass[b] < least:
            feature[node] = left[node] = right[node] = LEAF
    kept = np.zeros(len(feature), bool)
    kept[0] = True
    for node in range(len(feature)):
        if kept[node] and feature[node] != LEAF:
            kept[[left[node], right[node]]] = True
    number = np.where(kept, np.cumsum(kept) - 1, LEAF)
    return replace(
        tree,
        feature=feature[kept],
        threshold=tree.threshold[kept],
        left=np.where(left == LEAF, LEAF, number[left])[kept],
        right=np.where(right == LEAF, LEAF, number[right])[kept],
        missing_left=tree.missing_left[kept],
        value=tree.value[kept],
        impurity=tree.impurity[kept],
        weight=tree.weight[kept],
    )
