"""What each user has had, in order of time; as sequences and as a sparse matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy import sparse

from penstock.core.contracts import Array, View


@dataclass(frozen=True)
class Histories:
    """The histories of some users, end to end.

    Attributes:
        items: how many items there are to have.
        start: where each user's history starts in the arrays below, and the end: (users + 1,).
        item: positions of items, of each user in order of time; of one moment, ascending.
        time: moments in microseconds since 1970, int64.
        value: float64, NaN where there is none.
    """

    items: int
    start: Array
    item: Array
    time: Array
    value: Array

    @classmethod
    def of(cls, view: View, users: pd.Index, items: pd.Index) -> Self:
        """From the interactions of `view`; those with a foreign user or item are left out."""
        rows, roles = view.data.tables["interactions"], view.signature.roles
        user = users.get_indexer(pd.Index(rows[roles["entity"]]))
        item = items.get_indexer(pd.Index(rows[roles["item"]]))
        time = rows[roles["time"]].to_numpy().astype("datetime64[us]").astype(np.int64)
        order = np.lexsort((item, time, user))
        order = order[(user[order] >= 0) & (item[order] >= 0)]
        counts = np.bincount(user[order], minlength=len(users))
        start = np.concatenate([[0], np.cumsum(counts)])
        value = rows[roles["value"]].to_numpy(dtype=np.float64)
        return cls(len(items), start, item[order], time[order], value[order])

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def lengths(self) -> Array:
        """How many interactions each user has, shape (users,)."""
        return np.diff(self.start)

    @property
    def user(self) -> Array:
        """The user's position at every interaction."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def part(self, first: int, last: int) -> Histories:
        """The histories of the users `first` to `last`, without the last."""
        cut = slice(self.start[first], self.start[last])
        start = self.start[first : last + 1] - self.start[first]
        return Histories(self.items, start, self.item[cut], self.time[cut], self.value[cut])

    def matrix(self, dtype: type[np.floating[Any]] = np.float64) -> sparse.csr_array:
        """1 where a user had an item at least once, shape (users, items)."""
        # Copies: joining what was had twice shifts the arrays of a matrix where they lie.
        parts = (np.ones(len(self.item), dtype=dtype), self.item.copy(), self.start.copy())
        had = sparse.csr_array(parts, shape=(len(self), self.items))
        had.sum_duplicates()
        had.data[:] = 1
        return had

    def values(self) -> sparse.csr_array:
        """The latest value that a user gave an item; where they gave none nothing is stored."""
        known = np.flatnonzero(np.isfinite(self.value))
        pair = self.user[known] * self.items + self.item[known]
        latest = len(known) - 1 - np.unique(pair[::-1], return_index=True)[1]
        kept = known[latest]
        shape = (len(self), self.items)
        return sparse.csr_array((self.value[kept], (self.user[kept], self.item[kept])), shape=shape)
