"""Exact SHAP values of small trees, looked up.

What the leaves below a node share out depends on nothing but how the questions there and on the
way to it are answered. Where these are few, every pattern of answers is worked out beforehand, by
`tree_shares`; a row then needs its answers, one look into a table, and a sum. (Fast TreeSHAP v2,
Yang 2021, section 3.3, keeps such weights for each leaf by itself.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.core.compiled import compiled
from penstock.core.contracts import Array
from penstock.scoring.tree_arrays import LEAF, Trees
from penstock.scoring.tree_shares import TreeShares, prepare

ROOM = 2**20  # float64 in all tables: with more of them, memory is slower than arithmetic


@dataclass(frozen=True)
class TreeTables:
    """As `TreeShares`: what each input adds to the margin of trees, and that of an unknown row.

    Attributes:
        first: int64 [parts + 1]: where the questions of each part of a tree begin, and the end.
        questions: of each, the input, the threshold, and whether NaN goes left.
        place: int64 [parts]: where the table of each begins: a row of shares for each pattern.
        table: float64, all tables after each other.
        base: the margin of a row of which nothing is known.
    """

    first: Array
    questions: tuple[Any, ...]
    place: Array
    table: Array
    base: float

    def of(self, rows: Array) -> Array:
        """Float64 [rows, inputs] of a float32 matrix [rows, inputs]."""
        told = (self.first, *self.questions, self.place, self.table)
        found: Array = _looked_up(np.ascontiguousarray(rows), *told)
        return found


def quickest(trees: Trees) -> TreeTables | TreeShares:
    """Tables where they are small enough, else what works without; `trees` add up log-odds."""
    shares = prepare(trees)
    parts = _parts(trees)
    if parts is None:
        return shares
    first = np.cumsum([0, *(len(asking) for _, asking, _ in parts)])
    asking = np.concatenate([nodes for _, nodes, _ in parts])
    size = [len(nodes) << len(nodes) for _, nodes, _ in parts]
    return TreeTables(
        first,
        (
            trees.feature[asking].astype(np.int32),
            trees.threshold[asking],
            trees.missing_left[asking],
        ),
        np.cumsum([0, *size[:-1]]),
        np.concatenate([_table(shares, *part).ravel() for part in parts]),
        shares.base,
    )


Part = tuple[int, Array, Array]  # a tree, the nodes that ask, and leaves that they lead to


def _parts(trees: Trees) -> list[Part] | None:
    """The trees in parts, or None where their tables have no `ROOM`.

    A part takes one question more than stand on the longest way to a leaf: with fewer a table has
    more parts, with more it grows too large for the processor's own memory.
    """
    parts: list[Part] = []
    values, most = 0, _depth(trees) + 1
    for tree in range(len(trees)):
        for asking, leaves in _cut(trees, int(trees.first[tree]), most):
            values += len(asking) << len(asking)
            if values > ROOM:
                return None
            parts.append((tree, np.array(asking, np.int64), np.array(leaves, np.int64)))
    return parts if values else None


def _depth(trees: Trees) -> int:
    """How many questions stand on the longest way to a leaf."""
    depth = np.zeros(len(trees.left), np.int64)
    start = np.repeat(trees.first[:-1], np.diff(trees.first))
    for node in np.flatnonzero(trees.left != LEAF):  # a parent stands before its children
        for children in (trees.left, trees.right):
            depth[start[node] + children[node]] = depth[node] + 1
    return int(depth.max(initial=0))


def _cut(trees: Trees, start: int, most: int) -> Iterator[tuple[list[int], list[int]]]:
    """The parts of the tree that begins at `start`: what lies below a node, and the way to it."""
    waiting: list[tuple[list[int], int]] = [([], start)]
    while waiting:
        way, node = waiting.pop()
        asking, leaves = _below(trees, start, node, most)
        if len(way) + len(asking) <= most or not asking:
            yield way + asking, leaves
            continue
        sides = (trees.left, trees.right)
        waiting += [([*way, node], start + int(children[node])) for children in sides]


def _below(trees: Trees, start: int, node: int, most: int) -> tuple[list[int], list[int]]:
    """The nodes that ask, from `node` down, and the leaves; it ends when they are too many."""
    asking: list[int] = []
    leaves: list[int] = []
    waiting = [node]
    while waiting and len(asking) <= most:
        one = waiting.pop()
        if trees.left[one] == LEAF:
            leaves.append(one)
        else:
            asking.append(one)
            waiting += [start + int(children[one]) for children in (trees.left, trees.right)]
    return asking, leaves


def _table(shares: TreeShares, tree: int, asking: Array, leaves: Array) -> Array:
    """Float64 [2 ** questions, questions]: what each question adds, by the pattern of answers.

    The first question's answer is the highest bit of a pattern, set where the row goes left. Each
    asks here for an input of its own, 0 where it goes left; which share an input is told by the
    edges, as before.
    """
    start, end = shares.first[tree : tree + 2].tolist()
    nodes = end - start
    _, _, missing, leads_left, value, above, same = (edge[start:end] for edge in shares.edges)
    own = np.zeros(nodes, np.int32)
    own[asking - start] = np.arange(len(asking))
    kept = np.zeros_like(value)
    kept[leaves - start] = value[leaves - start]
    half = np.full(nodes, 0.5, np.float32)
    same = np.minimum(same, nodes)  # "none" is the size of the largest tree: here of this one
    edges = (own[np.maximum(above, 0)], half, missing, leads_left, kept, above, same)
    unknown = shares.unknown[start:end]
    alone = TreeShares(np.array([0, nodes]), edges, unknown, shares.at, shares.by, 0.0)
    bits = np.arange(len(asking))[::-1]
    patterns = (np.arange(1 << len(asking))[:, None] >> bits) & 1
    return alone.of((1 - patterns).astype(np.float32))


@compiled
def _looked_up(
    rows: Array,
    first: Array,
    feature: Array,
    threshold: Array,
    missing_left: Array,
    place: Array,
    table: Array,
) -> Array:
    found = np.zeros(rows.shape)
    for row in range(rows.shape[0]):
        for part in range(len(place)):
            start, end = first[part], first[part + 1]
            pattern = 0
            for one in range(start, end):
                asked = rows[row, feature[one]]
                left = (asked < threshold[one]) | (np.isnan(asked) & missing_left[one])
                pattern = 2 * pattern + left
            told = place[part] + pattern * (end - start)
            for one in range(start, end):
                found[row, feature[one]] += table[told + one - start]
    return found
