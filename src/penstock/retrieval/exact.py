"""Exact search for the vectors with the largest inner products: BLAS, in blocks of queries."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from penstock.core.contracts import Array
from penstock.retrieval.errors import UnfitRequest
from penstock.retrieval.selecting import best_of_rows

CELLS = 1 << 22  # scores that are looked at together: 16 MB, which a cache may hold


class Exact:
    """The true best of all items, whatever the block or the machine.

    A float32 product finds all items that may be among the best, given how far it can be off;
    these are scored once more in float64, in one order. Memory: `CELLS` numbers of float32.
    """

    def __init__(self, vectors: Array) -> None:
        """Keep `vectors`, float32 or float64 [items, size], all finite."""
        self.vectors = checked(vectors, "vectors of items")
        self._single = np.ascontiguousarray(vectors, dtype=np.float32)
        squares = (self._single.astype(np.float64) ** 2).sum(axis=1)
        self._longest = float(np.sqrt(squares.max(initial=0)))

    def __len__(self) -> int:
        return len(self.vectors)

    def search(
        self,
        queries: Array,
        k: int,
        allowed: Array | None = None,
        hidden: sparse.csr_array | None = None,
    ) -> tuple[Array, Array]:
        """Places and scores of the `k` best items of each query, ties by place.

        Args:
            queries: float32 or float64 [rows, size], all finite.
            allowed: items that any query may find, bool [items]; None: all.
            hidden: not to be found by a row: its stored entries, shape (rows, items).

        Returns:
            int64 and float64 [rows, k]; -1 and -inf where a row has fewer than `k` items left.

        Raises:
            UnfitRequest: another shape, a value that isn't finite, or `k` below 1.
        """
        blocks = list(self.blocks(queries, k, allowed, hidden))
        return tuple(np.concatenate(part) for part in zip(*blocks, strict=True))  # type: ignore[return-value]

    def blocks(
        self,
        queries: Array,
        k: int,
        allowed: Array | None = None,
        hidden: sparse.csr_array | None = None,
    ) -> Iterator[tuple[Array, Array]]:
        """What `search` returns, block by block, for more queries than there is memory for."""
        queries = self.asked(queries, k, allowed, hidden)
        few = None
        if allowed is not None and 4 * np.count_nonzero(allowed) < len(self):
            few = np.flatnonzero(allowed)
        single = self._single if few is None else self._single[few]
        step = max(1, CELLS // max(len(self), 1))
        for first in range(0, max(len(queries), 1), step):
            block = queries[first : first + step]
            rough = np.asarray(block, dtype=np.float32) @ single.T
            if few is not None:
                scores = np.full((len(block), len(self)), -np.inf, dtype=np.float32)
                scores[:, few] = rough
                rough = scores
            elif allowed is not None:
                rough[:, ~allowed] = -np.inf
            if hidden is not None:
                cut = hidden.indptr[first : first + len(block) + 1]
                row = np.repeat(np.arange(len(block)), np.diff(cut))
                rough[row, hidden.indices[cut[0] : cut[-1]]] = -np.inf
            yield self._among(rough, block, k)

    def asked(
        self,
        queries: Array,
        k: int,
        allowed: Array | None = None,
        hidden: sparse.csr_array | None = None,
    ) -> Array:
        """`queries` as contiguous floats; raises UnfitRequest where `search` can't mean these."""
        queries = checked(queries, "queries", self.vectors.shape[1])
        check_count(k)
        items, fix = len(self), "say it of all items, in their order"
        if allowed is not None and (allowed.shape != (items,) or allowed.dtype != np.bool_):
            found = f"{allowed.dtype} {list(allowed.shape)}"
            raise UnfitRequest("allowed", f"bool [{items}]", found, fix)
        if hidden is not None and hidden.shape != (len(queries), items):
            wanted = f"[{len(queries)} queries, {items} items]"
            raise UnfitRequest("hidden", wanted, list(hidden.shape), fix)
        return queries

    def _among(self, rough: Array, block: Array, k: int) -> tuple[Array, Array]:
        places = np.full((len(block), k), -1, dtype=np.int64)
        values = np.full((len(block), k), -np.inf)
        best_of_rows(rough, self._slack(block), block, self.vectors, places, values)
        return places, values

    def _slack(self, block: Array) -> Array:
        """How far a product in float32 can be off (Higham 2002, section 3.1), twice for safety."""
        size = self.vectors.shape[1] + 3
        length = np.sqrt((block.astype(np.float64) ** 2).sum(axis=1))
        slack: Array = 2 * size * 2.0**-24 * length * self._longest + 2.0**-120
        return slack


def checked(rows: Array, what: str, size: int | None = None) -> Array:
    """`rows` as contiguous floats; raises UnfitRequest where they are no finite matrix."""
    rows = np.asarray(rows)
    wanted = "float32 or float64 [rows, size]" if size is None else f"floats [rows, {size}]"
    fits = rows.ndim == 2 and rows.dtype in (np.float32, np.float64)
    if not fits or (size is not None and rows.shape[1] != size):
        fix = "give a row for each, of the size that the items have"
        raise UnfitRequest(what, wanted, f"{rows.dtype} {list(rows.shape)}", fix)
    if not np.isfinite(rows).all():
        place = int(np.flatnonzero(~np.isfinite(rows).all(axis=1))[0])
        raise UnfitRequest(what, "finite numbers", f"others in row {place}", "fit the model again")
    return np.ascontiguousarray(rows)


def check_count(k: object) -> None:
    if not isinstance(k, int | np.integer) or k < 1:
        raise UnfitRequest("number of items", "a whole number, 1 or more", k, "ask for at least 1")
