"""Exact SHAP values of trees, in time linear in their nodes.

TreeSHAP (Lundberg et al. 2020, algorithm 2) sums, for each leaf and each input on its path, over
all subsets of the other inputs there. The weights of the subsets are values of the beta function,
so the sum is an integral over [0, 1] of a product with a factor for each input; Gauss-Legendre
points give that of a polynomial exactly. Along an edge one factor of the product changes, and what
lies below an edge is added up once: Linear TreeSHAP (Yu et al. 2022), with points for coefficients.

All compiled functions stand in this one file: numba's cache on disk looks at no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.core.compiled import compiled
from penstock.core.contracts import Array
from penstock.scoring.tree_arrays import LEAF, Trees

LEAST = 1e-9  # share of a node's rows, where none came by


@dataclass(frozen=True)
class TreeShares:
    """What each input adds to the margin of trees, and the margin of a row nobody knows.

    Attributes:
        first: int64 [trees + 1]: where the nodes of each begin, and the end of all.
        edges: of the edge to each node, which asks for one input: the input, the threshold,
            whether NaN goes left, whether the edge leads left, the value of the node, and within
            its tree the node above and the nearest edge above that asks for the same input.
        unknown: float64 [nodes]: the share of rows that all those edges let pass.
        at, by: points in [0, 1] and their weights.
        base: the margin of a row of which nothing is known.
    """

    first: Array
    edges: tuple[Any, ...]
    unknown: Array
    at: tuple[float, ...]
    by: tuple[float, ...]
    base: float

    def of(self, rows: Array) -> Array:
        """Float64 [rows, inputs] of a float32 matrix [rows, inputs]."""
        told = (*self.edges, self.unknown, self.at, self.by)
        found: Array = _shares(np.ascontiguousarray(rows), self.first, *told)
        return found


def prepare(trees: Trees) -> TreeShares:
    """All of it that no row changes; `trees` add up log-odds."""
    start = np.repeat(trees.first[:-1], np.diff(trees.first))
    inner = np.flatnonzero(trees.left != LEAF)
    above = np.full(len(start), LEAF)
    for children in (trees.left, trees.right):
        above[start[inner] + children[inner]] = inner
    same, unknown, depth = _paths(above, trees.feature, trees.cover.astype(np.float64), LEAST)
    points, weights = np.polynomial.legendre.leggauss((int(depth.max(initial=1)) + 1) // 2)
    none = int(np.diff(trees.first).max(initial=0))
    asks = np.maximum(above, 0)
    edges = (
        trees.feature[asks].astype(np.int32),
        trees.threshold[asks],
        trees.missing_left[asks],
        trees.left[asks] + start[asks] == np.arange(len(start)),
        trees.value,
        (asks - start).astype(np.int32),
        np.where(same == LEAF, none, same - start).astype(np.int32),
    )
    said = trees.value * _reached(above, same, unknown)
    return TreeShares(
        trees.first,
        edges,
        unknown,
        tuple(((points + 1) / 2).tolist()),
        tuple((weights / 2).tolist()),
        trees.base + float(said.sum()),
    )


@compiled
def _paths(above: Array, feature: Array, cover: Array, least: float) -> tuple[Array, Array, Array]:
    """Per node `same` and `unknown`, and how many inputs the edges from the root ask for."""
    nodes = len(above)
    same = np.full(nodes, -1, np.int64)
    unknown = np.ones(nodes)
    depth = np.zeros(nodes, np.int64)
    for node in range(nodes):
        parent = above[node]
        if parent < 0:
            continue
        asked, at = feature[parent], parent
        while above[at] >= 0 and feature[above[at]] != asked:
            at = above[at]
        if above[at] >= 0:
            same[node] = at
        share = max(cover[node] / max(cover[parent], least), least)
        unknown[node] = share * (unknown[same[node]] if same[node] >= 0 else 1.0)
        depth[node] = depth[parent] + (same[node] < 0)
    return same, unknown, depth


@compiled
def _reached(above: Array, same: Array, unknown: Array) -> Array:
    """The share of rows that come to each node."""
    reached = np.ones(len(above))
    for node in range(len(above)):
        if above[node] >= 0:
            before = unknown[same[node]] if same[node] >= 0 else 1.0
            reached[node] = reached[above[node]] * unknown[node] / before
    return reached


@compiled
def _shares(
    rows: Array,
    first: Array,
    feature: Array,
    threshold: Array,
    missing_left: Array,
    leads_left: Array,
    value: Array,
    above: Array,
    same: Array,
    unknown: Array,
    at: tuple[float, ...],
    by: tuple[float, ...],
) -> Array:
    # Down a tree the products, up again what lies below each edge. The place after the largest
    # tree's stands for "no edge above": it lets all pass and takes no share.
    none = 0
    for tree in range(len(first) - 1):
        none = max(none, first[tree + 1] - first[tree])
    product, below = np.ones((none, len(at))), np.zeros((none, len(at)))
    inverse, share = np.ones((none + 1, len(at))), np.zeros(none + 1)
    passes = np.ones(none + 1)
    found = np.zeros(rows.shape)
    for row in range(rows.shape[0]):
        for tree in range(len(first) - 1):
            start, nodes = first[tree], first[tree + 1] - first[tree]
            for point in range(len(at)):
                below[0, point] = 0.0
            for own in range(1, nodes):
                node = start + own
                parent, before = above[node], same[node]
                asked = rows[row, feature[node]]
                left = (asked < threshold[node]) | (np.isnan(asked) & missing_left[node])
                passed = passes[before] * (left == leads_left[node])
                passes[own], share[own] = passed, passed - unknown[node]
                for point in range(len(at)):
                    factor = passed * at[point] + unknown[node] * (1 - at[point])
                    product[own, point] = product[parent, point] * factor * inverse[before, point]
                    inverse[own, point] = 1.0 / factor
                    below[own, point] = value[node] * product[own, point]
            for own in range(nodes - 1, 0, -1):
                parent, before = above[start + own], same[start + own]
                total = 0.0
                for point in range(len(at)):
                    mine = share[own] * inverse[own, point]
                    theirs = share[before] * inverse[before, point]
                    total += below[own, point] * by[point] * (mine - theirs)
                    below[parent, point] += below[own, point]
                found[row, feature[start + own]] += total
    return found
