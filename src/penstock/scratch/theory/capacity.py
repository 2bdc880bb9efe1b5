"""How much a class of rules can do: shattering, growth, and what that bounds.

Sources: Vapnik and Chervonenkis 1971; Shalev-Shwartz and Ben-David 2014, chapters 4 and 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations, product
from math import ceil, comb, exp, log, sqrt

import numpy as np

from penstock.scratch.arrays import Array

Labellings = Callable[[Array], set[tuple[bool, ...]]]


def thresholds(points: Array) -> set[tuple[bool, ...]]:
    """What x > t makes of points (n,), over all t."""
    edges = [-np.inf, *np.sort(points)]
    return {tuple((points > edge).tolist()) for edge in edges}


def intervals(points: Array) -> set[tuple[bool, ...]]:
    """What low < x ≤ high makes of points (n,)."""
    edges = [-np.inf, *np.sort(points)]
    pairs = product(edges, edges)
    return {tuple(((points > low) & (points <= high)).tolist()) for low, high in pairs}


def half_planes(points: Array) -> set[tuple[bool, ...]]:
    """What w·x > b makes of points (n, 2) in general position.

    Every cut can be turned until it touches two points, so that the lines through pairs, moved a
    little to let each of the two be on either side, are all there are.
    """
    size = len(points)
    found = {(False,) * size, (True,) * size}
    for one, other in combinations(range(size), 2):
        along = points[other] - points[one]
        side = (points - points[one]) @ np.array([-along[1], along[0]])
        for first, second, turned in product((False, True), repeat=3):
            label = (side > 0) ^ turned
            label[one], label[other] = first, second
            found.add(tuple(label.tolist()))
    return found


def rectangles(points: Array) -> set[tuple[bool, ...]]:
    """What boxes with sides along the axes make of points (n, 2)."""
    found = {(False,) * len(points)}
    xs, ys = np.sort(points[:, 0]), np.sort(points[:, 1])
    for left, right in combinations_or_same(xs):
        for low, high in combinations_or_same(ys):
            inside = (points >= [left, low]) & (points <= [right, high])
            found.add(tuple(bool(row.all()) for row in inside))
    return found


def combinations_or_same(values: Array) -> Iterable[tuple[float, float]]:
    """Pairs of ascending values, a value with itself included."""
    return ((low, high) for place, low in enumerate(values) for high in values[place:])


def shatters(labellings: Labellings, points: Array) -> bool:
    """Whether every labelling of the points is one that the class makes."""
    return len(labellings(points)) == 1 << len(points)


def vc_dimension(labellings: Labellings, draw: Callable[[int, int], Array], most: int = 6) -> int:
    """The largest number of points that some draw of them is shattered at.

    A lower bound in general, since points are drawn; exact where the class shatters points in
    general position or none.
    """
    reached = 0
    for size in range(1, most + 1):
        if any(shatters(labellings, draw(size, seed)) for seed in range(50)):
            reached = size
    return reached


def sauer(dimension: int, rows: int) -> int:
    """The most labellings of so many rows by a class of that dimension (Sauer's lemma)."""
    return sum(comb(rows, k) for k in range(min(dimension, rows) + 1))


def hoeffding(rows: int, gap: float) -> float:
    """P(|mean - expectation| ≥ gap) of values in [0, 1], at most."""
    return min(1.0, 2 * exp(-2 * rows * gap**2))


def rows_needed(rules: int, gap: float, doubt: float) -> int:
    """How many rows let the errors of so many rules be known to `gap`, but for chance `doubt`."""
    return ceil(log(2 * rules / doubt) / (2 * gap**2))


def vc_gap(dimension: int, rows: int, doubt: float) -> float:
    """What training and true error of any rule differ by at most, but for chance `doubt`.

    √((8 / n) log(4 m(2n) / doubt)) with m bounded by Sauer (Vapnik 1998, section 4.3).
    """
    return sqrt(8 / rows * log(4 * sauer(dimension, 2 * rows) / doubt))
