"""Approximate search for catalogues above the limit of exact search: an inverted file of faiss.

Items lie in cells of alike ones, a query looks into the nearest cells alone. Of the kinds of index
that faiss has, this one is the same for the same vectors however many threads build it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import sparse

from penstock.core.contracts import Array
from penstock.retrieval.errors import NoIndexLibrary, UnfitRequest
from penstock.retrieval.exact import Exact

EXACT_UP_TO = 100_000
SAMPLE = 64  # vectors for each cell that the cells are learnt from, at most
LEARNT_ON, MEASURED_ON = 256, 256  # queries


class Approximate:
    """Looks into as few cells as find the share `least_recall` of the true best.

    Scores are exact, so that items come in the order which exact search would give them; one that
    lies in another cell can be missed. Where a filter leaves `exact_up_to` items or fewer, or so
    few are found that a list stays short, the search is exact.

    Attributes:
        cells: how many there are.
        probes: how many of them a query looks into.
        recall: the share of the true best that is found, on queries that `probes` wasn't chosen
            on; what the caller should tell.
    """

    def __init__(
        self,
        vectors: Array,
        queries: Array,
        k: int = 100,
        least_recall: float = 0.95,
        exact_up_to: int = EXACT_UP_TO,
        seed: int = 0,
    ) -> None:
        """Build the index, and choose and measure on `queries`, such as users are.

        Args:
            vectors: float32 or float64 [items, size].
            queries: of the same size, two at least; the first 512 are used.
        """
        self.exact, self.exact_up_to = Exact(vectors), exact_up_to
        queries = self.exact.asked(queries, k)
        if len(queries) < 2:
            raise UnfitRequest("queries", "two or more", len(queries), "give vectors of users")
        self.cells = max(1, min(round(4 * math.sqrt(len(vectors))), len(vectors) // 8))
        self._index = self._build(seed)
        half = min(LEARNT_ON, len(queries) // 2)
        learnt_on, measured_on = queries[:half], queries[half : half + MEASURED_ON]
        self.probes = self._choose(learnt_on, k, least_recall)
        self.recall = recall(self, measured_on, k)

    def __len__(self) -> int:
        return len(self.exact)

    def search(
        self,
        queries: Array,
        k: int,
        allowed: Array | None = None,
        hidden: sparse.csr_array | None = None,
    ) -> tuple[Array, Array]:
        """As `Exact.search`, but that an item can be missed."""
        queries = self.exact.asked(queries, k, allowed, hidden)
        if allowed is not None and np.count_nonzero(allowed) <= self.exact_up_to:
            return self.exact.search(queries, k, allowed, hidden)
        found = [
            self._found(queries[row : row + 1], k, allowed, _row(hidden, row))
            for row in range(len(queries))
        ]
        parts = [(np.empty((0, k), np.int64), np.empty((0, k))), *found]
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True))  # type: ignore[return-value]

    def _found(
        self, query: Array, k: int, allowed: Array | None, hidden: sparse.csr_array | None
    ) -> tuple[Array, Array]:
        """For one query; exactly where the cells hold too few."""
        gone = 0 if hidden is None else hidden.nnz
        places = self._near(query, k + gone, allowed)
        if hidden is not None:
            places = np.setdiff1d(places, hidden.indices)
        if len(places) < k:
            return self.exact.search(query, k, allowed, hidden)
        among = np.sort(places)
        found, scores = Exact(self.exact.vectors[among]).search(query, k)
        return among[found], scores

    def _near(self, query: Array, k: int, allowed: Array | None) -> Array:
        faiss = _faiss(len(self), self.exact_up_to)
        among = None
        if allowed is not None:
            among = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        asked = faiss.SearchParametersIVF(sel=among, nprobe=self.probes)
        single = np.asarray(query, dtype=np.float32)
        places = self._index.search(single, min(k, len(self)), params=asked)[1][0]
        found: Array = places[places >= 0]
        return found

    def _build(self, seed: int) -> Any:
        faiss = _faiss(len(self), self.exact_up_to)
        vectors = np.ascontiguousarray(self.exact.vectors, dtype=np.float32)
        size = vectors.shape[1]
        centres = faiss.IndexFlatIP(size)
        index = faiss.IndexIVFFlat(centres, size, self.cells, faiss.METRIC_INNER_PRODUCT)
        index.cp.seed = seed
        index.cp.max_points_per_centroid = SAMPLE
        index.cp.min_points_per_centroid = 1
        index.train(vectors)
        index.add(vectors)
        return index

    def _choose(self, queries: Array, k: int, least_recall: float) -> int:
        """The fewest cells, doubled from one, that find `least_recall` of the true best."""
        truth = self.exact.search(queries, k)[0]
        self.probes = 1
        while self.probes < self.cells and _shared(self, queries, truth, k) < least_recall:
            self.probes = min(2 * self.probes, self.cells)
        return self.probes


def recall(index: Approximate, queries: Array, k: int) -> float:
    """recall@k: the share of the true `k` best that the cells hold, mean over `queries`."""
    return _shared(index, queries, index.exact.search(queries, k)[0], k)


def _shared(index: Approximate, queries: Array, truth: Array, k: int) -> float:
    found = [index._near(queries[row : row + 1], k, None) for row in range(len(queries))]
    pairs = zip(found, truth, strict=True)
    return float(np.mean([np.isin(mine[mine >= 0], near).mean() for near, mine in pairs]))


def _faiss(items: int, limit: int) -> Any:
    """The module, without the types that it ships: they are of a layer below it."""
    try:
        import faiss
    except ModuleNotFoundError:
        raise NoIndexLibrary(items, limit) from None
    return faiss


def _row(hidden: sparse.csr_array | None, row: int) -> sparse.csr_array | None:
    return None if hidden is None else sparse.csr_array(hidden[[row]])


def open_index(
    vectors: Array, queries: Array, k: int = 100, exact_up_to: int = EXACT_UP_TO, seed: int = 0
) -> Exact | Approximate:
    """Exact search up to `exact_up_to` items, an approximate one beyond; both have `search`.

    Args:
        vectors: of items, float32 or float64 [items, size].
        queries: some vectors of users, on which an approximate index is tuned and measured.

    Raises:
        NoIndexLibrary: there are more items and faiss is not installed.
        UnfitRequest: the arrays are no finite floats of one size.
    """
    if len(vectors) <= exact_up_to:
        return Exact(vectors)
    return Approximate(vectors, queries, k, exact_up_to=exact_up_to, seed=seed)
