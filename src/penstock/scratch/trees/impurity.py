"""How mixed a node is, and what a split gains (Breiman et al. 1984, chapters 4 and 8)."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from penstock.scratch.arrays import Array


def gini(shares: Array) -> Array:
    """1 - Σ pₖ² over the last axis: the chance that two draws differ."""
    return np.asarray(1 - (shares * shares).sum(axis=-1))


def entropy(shares: Array) -> Array:
    """-Σ pₖ log₂ pₖ over the last axis, in bits (Shannon 1948, section 6)."""
    logs = np.log2(shares, where=shares > 0, out=np.zeros_like(shares, float))
    return np.asarray(-(shares * logs).sum(axis=-1))


def information_gain(parent: Array, *children: Array) -> float:
    """Bits that knowing the child tells about the class: H(parent) - Σ nᵢ/n · H(childᵢ).

    Args:
        parent: counts by class.
        children: counts by class of each part that it is split into (Quinlan 1986, section 4).
    """
    total = parent.sum()
    rest = sum(child.sum() / total * entropy(child / child.sum()) for child in children)
    return float(entropy(parent / total) - rest)


class Criterion(Protocol):
    """What a tree makes small.

    Attributes:
        columns: numbers of each row whose sums tell a split's worth, (rows,) each.
    """

    columns: list[Array]

    def worth(self, left: list[Array], total: list[Array]) -> Array:
        """How good splits are, more is better, compared within a node only.

        Args:
            left: sums of the columns on the left side of each split.
            total: sums of the columns in its node.
        """

    def describe(self, rows: Array, node: Array, nodes: int) -> tuple[Array, Array, Array]:
        """Answer (nodes, outputs), impurity (nodes,) and weight (nodes,) of nodes.

        Args:
            rows: positions.
            node: of each.
            nodes: how many.
        """


class ClassPurity:
    """Gini's index or the entropy of classes."""

    def __init__(self, codes: Array, weights: Array, classes: int, kind: str) -> None:
        self.codes, self.weights, self.classes = codes, weights, classes
        self.columns = [np.where(codes == k, weights, 0.0) for k in range(classes)]
        self.of = gini if kind == "gini" else entropy

    def worth(self, left: list[Array], total: list[Array]) -> Array:
        """Minus the sides' weighted impurity; Σₖ nₖ²/n of either side says the same of Gini's."""
        sides = (left, [all_ - part for all_, part in zip(total, left, strict=True)])
        found = np.zeros(len(left[0]))
        for side in sides:
            weight = np.sum(side, axis=0)
            if self.of is gini:
                found += sum(part * part for part in side) / weight
            else:
                shares = np.stack(side, axis=1) / weight[:, None]
                found -= weight * entropy(shares)
        return found

    def describe(self, rows: Array, node: Array, nodes: int) -> tuple[Array, Array, Array]:
        """Shares of the classes, impurity and weight."""
        flat = np.bincount(
            node * self.classes + self.codes[rows], self.weights[rows], nodes * self.classes
        )
        counts = flat.reshape(nodes, self.classes)
        weight = counts.sum(axis=1)
        shares = counts / weight[:, None]
        return shares, self.of(shares), weight


class Variance:
    """Squared distance from the mean."""

    def __init__(self, numbers: Array, weights: Array) -> None:
        self.numbers, self.weights = numbers, weights
        self.middle = float(np.average(numbers, weights=weights))
        self.columns = [weights, weights * (numbers - self.middle)]

    def worth(self, left: list[Array], total: list[Array]) -> Array:
        """(Σwy)²/Σw of either side: the part of Σwy² that the two means tell."""
        right_weight, right = total[0] - left[0], total[1] - left[1]
        told: Array = left[1] ** 2 / left[0] + right**2 / right_weight
        return told

    def describe(self, rows: Array, node: Array, nodes: int) -> tuple[Array, Array, Array]:
        """Mean, variance and weight; the variance around the mean, that no digits are lost."""
        weights, numbers = self.weights[rows], self.numbers[rows] - self.middle
        weight = np.bincount(node, weights, nodes)
        mean = np.bincount(node, weights * numbers, nodes) / weight
        off = numbers - mean[node]
        spread = np.bincount(node, weights * off * off, nodes) / weight
        return (mean + self.middle)[:, None], spread, weight
