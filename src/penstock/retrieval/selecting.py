"""The loops of a request, as machine code; sums are added up in one order on every machine."""

from __future__ import annotations

import numpy as np

from penstock.core.compiled import compiled
from penstock.core.contracts import Array

TOGETHER = 64  # scores that are compared before the next look at those kept


@compiled
def add_rows(rows: Array, which: Array, weights: Array, scores: Array) -> None:
    """Add weights[i] · rows[which[i]] to `scores`, float64 [columns].

    Eight rows in one pass: memory then brings them side by side.
    """
    whole = len(which) - len(which) % 8
    for i in range(0, whole, 8):
        a, b, c, d = rows[which[i]], rows[which[i + 1]], rows[which[i + 2]], rows[which[i + 3]]
        e, f, g, h = rows[which[i + 4]], rows[which[i + 5]], rows[which[i + 6]], rows[which[i + 7]]
        p, q, r, s = weights[i], weights[i + 1], weights[i + 2], weights[i + 3]
        t, u, v, w = weights[i + 4], weights[i + 5], weights[i + 6], weights[i + 7]
        for j in range(len(scores)):
            first = scores[j] + p * a[j] + q * b[j] + r * c[j] + s * d[j]
            scores[j] = first + t * e[j] + u * f[j] + v * g[j] + w * h[j]
    for i in range(whole, len(which)):
        a, p = rows[which[i]], weights[i]
        for j in range(len(scores)):
            scores[j] += p * a[j]


@compiled
def add_sparse_rows(data: Array, columns: Array, start: Array, which: Array, scores: Array) -> None:
    """Add the rows `which` of a sparse matrix to `scores`, float64 [columns]."""
    for row in which:
        for at in range(start[row], start[row + 1]):
            scores[columns[at]] += data[at]


@compiled
def best(scores: Array, allowed: Array, k: int) -> Array:
    """Places of the `k` highest scores of those allowed, best first; ties by place.

    Args:
        scores: shape (items,); NaN and -inf are never chosen.
        allowed: bool [items].
    """
    left = np.where(allowed, scores, -np.inf)
    places = _at_least(left, _least(left, k))
    order = np.argsort(-left[places], kind="mergesort")
    return places[order[:k]]


@compiled
def best_of_rows(
    rough: Array, slack: Array, queries: Array, vectors: Array, places: Array, values: Array
) -> None:
    """Fill `places`, int64 [rows, k], and `values`, float64: the best of each row by exact score.

    An exact score is queries[row] · vectors[item], added up in float64 in the order of the
    numbers, so that neither the machine's BLAS nor the other rows of a block change it.

    Args:
        rough: scores that are off by `slack[row]` at most, shape (rows, items); -inf: hidden.
        places, values: filled with -1 and -inf where a row has fewer than k.
    """
    k = places.shape[1]
    for row in range(len(rough)):
        query = queries[row]
        near = _at_least(rough[row], _least(rough[row], k) - 2 * slack[row])
        exact = np.empty(len(near))
        for i in range(len(near)):
            vector, total = vectors[near[i]], 0.0
            for j in range(len(query)):
                total += np.float64(query[j]) * np.float64(vector[j])
            exact[i] = total
        order = np.argsort(-exact, kind="mergesort")[:k]
        places[row, : len(order)] = near[order]
        values[row, : len(order)] = exact[order]


@compiled
def _least(scores: Array, k: int) -> float:
    """The k-th highest score; -inf where there are fewer. A heap keeps the k highest so far."""
    heap = np.full(k, -np.inf, scores.dtype)
    for first in range(0, len(scores), TOGETHER):
        last, bar = min(first + TOGETHER, len(scores)), heap[0]
        any_above = False
        for at in range(first, last):
            any_above |= scores[at] > bar
        if not any_above:
            continue
        for at in range(first, last):
            if scores[at] > heap[0]:
                place, score = 0, scores[at]
                while True:
                    child = 2 * place + 1
                    if child + 1 < k and heap[child + 1] < heap[child]:
                        child += 1
                    if child >= k or heap[child] >= score:
                        break
                    heap[place] = heap[child]
                    place = child
                heap[place] = score
    return float(heap[0])


@compiled
def _at_least(scores: Array, bar: float) -> Array:
    """Places, ascending, of the scores above -inf that reach `bar`."""
    count = 0
    for score in scores:
        count += score >= bar and score > -np.inf
    places, count = np.empty(count, np.int64), 0
    for at in range(len(scores)):
        if scores[at] >= bar and scores[at] > -np.inf:
            places[count] = at
            count += 1
    return places


@compiled
def strongest(shares: Array, count: int) -> tuple[Array, Array]:
    """The `count` largest positive shares of each column: their rows and they, largest first.

    Args:
        shares: float64 [rows, columns]; ties by row.

    Returns:
        int64 and float64 [columns, count]; -1 and 0 beyond.
    """
    found = np.full((shares.shape[1], count), -1, np.int64)
    highest = np.zeros(found.shape)
    for row in range(shares.shape[0]):
        for column in range(shares.shape[1]):
            share, rank = shares[row, column], count
            while rank > 0 and share > highest[column, rank - 1]:
                rank -= 1
            if rank < count:
                for below in range(count - 1, rank, -1):
                    found[column, below] = found[column, below - 1]
                    highest[column, below] = highest[column, below - 1]
                found[column, rank], highest[column, rank] = row, share
    return found, highest
