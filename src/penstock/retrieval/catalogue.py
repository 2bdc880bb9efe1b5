"""The items there are, and what a filter may ask of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from penstock.core.contracts import Array
from penstock.retrieval.errors import UnfitRequest, UnknownItem


@dataclass(frozen=True)
class Catalogue:
    """One row for each item, in the order that decides ties.

    Attributes:
        ids: of the items.
        titles: what people call them; the id where nothing says so.
        categories: category → which items are of it, bool [items].
        year: when it came out, NaN where unknown.
        minimum_age: how old a viewer must be, 0 where nothing is said; None: the table says it of
            no item.
        in_stock: whether it can be had now; the only part that changes.
    """

    ids: pd.Index
    titles: Sequence[str]
    categories: Mapping[str, Array]
    year: Array
    minimum_age: Array | None
    in_stock: Array

    @classmethod
    def of(cls, items: pd.DataFrame, role: str = "item") -> Self:
        """From a table of items: `role` is the column of ids.

        The columns `title`, `category` (names with | between them), `year`, `minimum_age`
        (years) and `stock` (a number, or whether there is any) are read where they are there.

        Raises:
            UnfitRequest: an id comes twice.
        """
        ids = pd.Index(items[role])
        if not ids.is_unique:
            twice = ids[ids.duplicated()][0]
            raise UnfitRequest("table of items", "an id once", f"{twice!r} twice", "drop one row")
        named = pd.Series(items.get("category", ""), index=items.index)
        flags = named.fillna("").str.get_dummies("|")
        stock = _numbers(items, "stock", np.inf)
        titles = items.get("title", items[role])
        return cls(
            ids,
            titles.where(titles.notna(), items[role]).astype(str).tolist(),
            {str(name): flags[name].to_numpy() > 0 for name in flags if name != ""},
            _numbers(items, "year", np.nan),
            _numbers(items, "minimum_age", 0.0) if "minimum_age" in items else None,
            stock > 0,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def place(self, item: Hashable) -> int:
        """Where `item` stands; raises UnknownItem."""
        if item not in self.ids:
            raise UnknownItem(item, self.ids.tolist(), self.titles)
        return int(self.ids.get_indexer(pd.Index([item]))[0])

    def title(self, item: Hashable) -> str:
        """What people call `item`; raises UnknownItem."""
        return self.titles[self.place(item)]

    def restock(self, item: Hashable, in_stock: bool) -> None:
        """From now on `item` can be had, or can't; raises UnknownItem."""
        self.in_stock[self.place(item)] = in_stock

    def content(self) -> Array:
        """What each item is, as a vector of length 1 (0 where nothing is known), float64.

        Categories and decades, each weighted by how much fewer items have it than all (idf).
        """
        decade = self.year // 10
        known = np.unique(decade[np.isfinite(decade)])
        flags = [*self.categories.values(), *(decade == one for one in known)]
        has = np.array(flags, dtype=np.float64).reshape(len(flags), len(self)).T
        has *= np.log((1 + len(self)) / (1 + has.sum(axis=0))) + 1
        length = np.sqrt((has**2).sum(axis=1, keepdims=True))
        vectors: Array = has / np.maximum(length, 1e-300)
        return vectors


def _numbers(items: pd.DataFrame, name: str, missing: float) -> Array:
    if name not in items:
        return np.full(len(items), missing)
    numbers = pd.to_numeric(items[name]).to_numpy(dtype=np.float64, na_value=np.nan)
    filled: Array = np.where(np.isnan(numbers), missing, numbers)
    return filled
