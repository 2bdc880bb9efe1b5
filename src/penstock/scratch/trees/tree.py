"""A binary tree as arrays, and the way of rows through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array

LEAF = -1


@dataclass(frozen=True)
class Tree:
    """Nodes by number, the root first, children after their parents.

    Attributes:
        feature: that a node asks for; LEAF where it asks nothing.
        threshold: a value up to it goes left.
        left, right: numbers of the children; LEAF at leaves.
        missing_left: whether a row goes left whose value is NaN.
        value: what a node answers (nodes, outputs).
        impurity: of its rows.
        weight: of its rows.
    """

    feature: Array
    threshold: Array
    left: Array
    right: Array
    missing_left: Array
    value: Array
    impurity: Array
    weight: Array

    def apply(self, rows: Array) -> Array:
        """Number of the leaf where each row ends; all rows go down a level at once."""
        node = np.zeros(len(rows), np.intp)
        going = np.arange(len(rows) if self.feature[0] != LEAF else 0)
        while len(going):
            here = node[going]
            values = rows[going, self.feature[here]]
            left = values <= self.threshold[here]
            left |= np.isnan(values) & self.missing_left[here]
            node[going] = there = np.where(left, self.left[here], self.right[here])
            going = going[self.feature[there] != LEAF]
        return node

    def predict(self, rows: Array) -> Array:
        """What the leaves answer, (rows, outputs)."""
        answers: Array = self.value[self.apply(rows)]
        return answers

    @property
    def leaves(self) -> Array:
        """Numbers of the nodes that ask nothing."""
        return np.flatnonzero(self.feature == LEAF)

    @property
    def depths(self) -> Array:
        """Questions on the way to each node."""
        found = np.zeros(len(self.feature), int)
        for node in np.flatnonzero(self.feature != LEAF):
            found[[self.left[node], self.right[node]]] = found[node] + 1
        return found

    def decreases(self, features: int) -> Array:
        """By feature, the weighted decrease of impurity of all questions for it (Breiman 2001)."""
        asks = np.flatnonzero(self.feature != LEAF)
        mass = self.weight * self.impurity
        brought = mass[asks] - mass[self.left[asks]] - mass[self.right[asks]]
        return np.asarray(np.bincount(self.feature[asks], brought, features) / self.weight[0])


@dataclass
class TreeBuilder:
    """The same while it grows, a level at a time."""

    feature: list[Array]
    threshold: list[Array]
    left: list[Array]
    missing_left: list[Array]
    value: list[Array]
    impurity: list[Array]
    weight: list[Array]
    size: int = 0

    @classmethod
    def empty(cls) -> TreeBuilder:
        """No node yet."""
        return cls([], [], [], [], [], [], [])

    def add_level(
        self,
        value: Array,
        impurity: Array,
        weight: Array,
        feature: Array,
        threshold: Array,
        missing_left: Array,
    ) -> None:
        """Add a level's nodes; those with a feature have two children each in the next."""
        asks = feature != LEAF
        self.size += len(feature)
        left = np.full(len(feature), LEAF)
        left[asks] = self.size + 2 * np.arange(int(asks.sum()))
        parts = (feature, threshold, left, missing_left, value, impurity, weight)
        lists = (
            *(self.feature, self.threshold, self.left, self.missing_left),
            *(self.value, self.impurity, self.weight),
        )
        for known, part in zip(lists, parts, strict=True):
            known.append(part)

    def build(self) -> Tree:
        """The tree."""
        left = np.concatenate(self.left)
        return Tree(
            np.concatenate(self.feature),
            np.concatenate(self.threshold),
            left,
            np.where(left == LEAF, LEAF, left + 1),
            np.concatenate(self.missing_left),
            np.concatenate(self.value),
            np.concatenate(self.impurity),
            np.concatenate(self.weight),
        )
