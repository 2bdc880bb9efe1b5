"""Hierarchies: the two nearest groups become one, until one is left (Müllner 2011).

How far groups are apart follows from their parts, by Lance and Williams 1967.
"""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.neighbors.nearest import squared_distances

Linkage = Literal["single", "complete", "average", "ward"]
LINKAGES = ("single", "complete", "average", "ward")


def linkage(rows: Array, method: Linkage = "ward") -> Array:
    """(N - 1, 4): which two groups were joined, how far apart, and how many rows that made.

    Groups are numbered as the rows, then as they were made; the table is in order of distance.

    Raises:
        SettingError: no such method.
    """
    if method not in LINKAGES:
        raise SettingError("linkage", f"one of {', '.join(LINKAGES)}", repr(method))
    away = np.sqrt(squared_distances(rows - rows.mean(axis=0), rows - rows.mean(axis=0)))
    np.fill_diagonal(away, np.inf)
    sizes = np.ones(len(rows))
    joined: list[tuple[int, int, float]] = []
    # A chain of nearest neighbours ends in two that are nearest to each other: they are joined.
    chain: list[int] = []
    alive = np.ones(len(rows), bool)
    while len(joined) < len(rows) - 1:
        if not chain:
            chain = [int(np.flatnonzero(alive)[0])]
        while True:
            last = chain[-1]
            near = int(away[last].argmin())
            if len(chain) > 1 and away[last, chain[-2]] <= away[last, near]:
                near = chain[-2]
                break
            chain.append(near)
        one, other = sorted((chain.pop(), chain.pop()))
        joined.append((one, other, float(away[one, other])))
        away[other] = _updated(away, sizes, one, other, method)
        away[:, other] = away[other]
        away[other, other] = np.inf
        away[one] = away[:, one] = np.inf
        sizes[other] += sizes[one]
        alive[one] = False
    return _numbered(np.array(joined).reshape(-1, 3), len(rows))


def _updated(away: Array, sizes: Array, one: int, other: int, method: str) -> Array:
    a, b = away[one], away[other]
    if method == "single":
        return np.where(np.isinf(b), np.inf, np.minimum(a, b))
    if method == "complete":
        return np.asarray(np.maximum(a, b))
    m, n = sizes[one], sizes[other]
    if method == "average":
        return np.asarray((m * a + n * b) / (m + n))
    finite = np.isfinite(a) & np.isfinite(b)
    total = m + n + sizes
    with np.errstate(invalid="ignore"):
        square = ((m + sizes) * a**2 + (n + sizes) * b**2 - sizes * away[one, other] ** 2) / total
    return np.where(finite, np.sqrt(np.maximum(np.where(finite, square, 0), 0)), np.inf)


def _numbered(joined: Array, rows: int) -> Array:
    """Rows of the table in order of distance, groups by the numbers they have then."""
    order = np.argsort(joined[:, 2], kind="stable")
    root = np.arange(2 * rows - 1)
    sizes = np.ones(2 * rows - 1)
    table = np.empty((rows - 1, 4))

    def top(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = int(root[node])
        return node

    for step, (one, other, far) in enumerate(joined[order]):
        pair = sorted((top(int(one)), top(int(other))))
        made = rows + step
        root[pair] = made
        sizes[made] = sizes[pair].sum()
        table[step] = *pair, far, sizes[made]
    return table


def cut(table: Array, clusters: int) -> Array:
    """(N,): the groups that are left when the last joins are not made, numbered by first row."""
    rows = len(table) + 1
    label = np.arange(2 * rows - 1)
    for step in range(rows - clusters):
        label[table[step, :2].astype(int)] = rows + step
    for node in range(2 * rows - 2, -1, -1):
        label[node] = label[label[node]] if label[node] != node else node
    _, first, groups = np.unique(label[:rows], return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first, kind="stable"), kind="stable")
    return np.asarray(rank[groups])


class AgglomerativeClustering(Estimator):
    """A hierarchy, cut where so many groups are left.

    Attributes:
        labels_: (N,), groups numbered by their first rows.
        linkage_: the whole hierarchy, see `linkage`.
    """

    labels_: Array
    linkage_: Array

    def __init__(self, n_clusters: int = 2, linkage: Linkage = "ward") -> None:
        self.n_clusters = n_clusters
        self.linkage = linkage

    def fit(self, X: Any, y: Any = None) -> Self:
        """Build the hierarchy of rows (N, features)."""
        rows = self._given(X, least=2)
        fits = 1 <= self.n_clusters <= len(rows)
        check_setting(fits, self, "n_clusters", f"1 to {len(rows)}, the rows")
        self.linkage_ = linkage(rows, self.linkage)
        self.labels_ = cut(self.linkage_, self.n_clusters)
        return self

    def fit_predict(self, X: Any, y: Any = None) -> Array:
        """Groups of the rows."""
        return self.fit(X).labels_
