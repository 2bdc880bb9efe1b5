"""DBSCAN: rows with many near ones are cores, and cores that are near are one cluster.

Source: Ester, Kriegel, Sander and Xu 1996. Pairs within `eps` come from a grid of cells of that
width, so that only cells around a row are compared with it.
"""

from __future__ import annotations

from itertools import product
from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.neighbors.nearest import squared_distances

FLAT = 3  # features up to which the cells are worth their while
AT_ONCE = 4_000_000  # distances held in memory


class DBSCAN(Estimator):
    """Clusters of any form; what is near no core is noise.

    Attributes:
        labels_: (N,), each row's cluster by the order of their first cores, -1 for noise.
        core_sample_indices_: the cores.
    """

    labels_: Array
    core_sample_indices_: Array

    def __init__(self, eps: float = 0.5, min_samples: int = 5) -> None:
        self.eps = eps
        self.min_samples = min_samples

    def fit(self, X: Any, y: Any = None) -> Self:
        """Find the clusters of rows (N, features)."""
        check_setting(self.eps > 0, self, "eps", "a distance above 0")
        check_setting(self.min_samples >= 1, self, "min_samples", "1 at least")
        rows = self._given(X)
        one, other = near_pairs(rows, self.eps)
        core = np.bincount(one, minlength=len(rows)) >= self.min_samples
        joined = core[one] & core[other]
        roots = components(len(rows), one[joined], other[joined])
        labels = np.full(len(rows), -1)
        self.core_sample_indices_ = np.flatnonzero(core)
        found, first = np.unique(roots[core], return_index=True)
        order = np.argsort(first, kind="stable")
        number = {int(found[place]): rank for rank, place in enumerate(order)}
        labels[core] = [number[int(root)] for root in roots[core]]
        # A border row belongs to the cluster that was grown first among those that reach it.
        reached = core[one] & ~core[other]
        border = np.full(len(rows), len(found) + 1)
        np.minimum.at(border, other[reached], labels[one[reached]])
        take = ~core & (border <= len(found))
        labels[take] = border[take]
        self.labels_ = labels
        return self

    def fit_predict(self, X: Any, y: Any = None) -> Array:
        """Clusters of the rows."""
        return self.fit(X).labels_


def near_pairs(rows: Array, eps: float) -> tuple[Array, Array]:
    """All pairs (i, j), i with itself too, at most `eps` apart."""
    if rows.shape[1] > FLAT:
        return _compare(rows, np.arange(len(rows)), np.arange(len(rows)), eps)
    cells = np.floor((rows - rows.min(axis=0)) / eps).astype(np.int64) + 1
    span = cells.max(axis=0) + 2
    key = np.ravel_multi_index(tuple(cells.T), tuple(span))
    order = np.argsort(key, kind="stable")
    keys, start = np.unique(key[order], return_index=True)
    end = np.append(start[1:], len(rows))
    pairs: list[tuple[Array, Array]] = []
    for shift in product((-1, 0, 1), repeat=rows.shape[1]):
        jump = int(np.ravel_multi_index(tuple(np.array(shift) + 1), tuple(span)))
        jump -= int(np.ravel_multi_index((1,) * rows.shape[1], tuple(span)))
        place = np.searchsorted(keys, keys + jump)
        there = (place < len(keys)) & (keys[np.minimum(place, len(keys) - 1)] == keys + jump)
        pairs.append(_expand(order, start, end, np.flatnonzero(there), place[there]))
    one, other = (np.concatenate(side) for side in zip(*pairs, strict=True))
    near = ((rows[one] - rows[other]) ** 2).sum(axis=1) <= eps * eps
    return one[near], other[near]


def _expand(
    order: Array, start: Array, end: Array, left: Array, right: Array
) -> tuple[Array, Array]:
    """All pairs of rows of cell left[k] and of cell right[k], for every k at once."""
    many, others = end[left] - start[left], end[right] - start[right]
    sizes = many * others
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    width = np.repeat(others, sizes)
    one = order[np.repeat(start[left], sizes) + within // width]
    other = order[np.repeat(start[right], sizes) + within % width]
    return one, other


def _compare(rows: Array, left: Array, right: Array, eps: float) -> tuple[Array, Array]:
    centred = rows - rows.mean(axis=0)
    step = max(AT_ONCE // len(right), 1)
    found = []
    for begin in range(0, len(left), step):
        part = left[begin : begin + step]
        # A little wider, then exactly: the product of matrices rounds.
        wide = squared_distances(centred[part], centred[right]) <= eps * eps * (1 + 1e-9) + 1e-12
        one, other = np.nonzero(wide)
        found.append((part[one], right[other]))
    one, other = (np.concatenate(side) for side in zip(*found, strict=True))
    near = ((rows[one] - rows[other]) ** 2).sum(axis=1) <= eps * eps
    return one[near], other[near]


def components(size: int, one: Array, other: Array) -> Array:
    """(size,): the least number in each one's component; numbers are passed along all edges."""
    least = np.arange(size)
    while True:
        before = least.copy()
        np.minimum.at(least, one, least[other])
        least = least[least]
        if (least == before).all():
            return least
