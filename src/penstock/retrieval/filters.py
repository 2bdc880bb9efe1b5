"""What a business lets a user be shown, and what each rule left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from penstock.core.contracts import Array
from penstock.retrieval.catalogue import Catalogue
from penstock.retrieval.errors import UnfitRequest, UnknownCategory


@dataclass(frozen=True)
class Filters:
    """Rules that an item must meet, all of them.

    Attributes:
        new_to_user: leave out what the user has had.
        in_stock: leave out what can't be had now.
        any_of: only items of one of these categories at least; empty: of any.
        none_of: no item of one of these.
        since, until: only items that came out in these years, both included; an item of an
            unknown year meets neither.
        viewer_age: leave out what is for older viewers.

    Raises:
        UnfitRequest: categories are a text instead of a set of them.
    """

    new_to_user: bool = True
    in_stock: bool = True
    any_of: frozenset[str] = frozenset()
    none_of: frozenset[str] = frozenset()
    since: float | None = None
    until: float | None = None
    viewer_age: float | None = None

    def __post_init__(self) -> None:
        for name in ("any_of", "none_of"):
            given = getattr(self, name)
            if isinstance(given, str):  # a set of its letters is never meant
                fix = f"write frozenset({{{given!r}}})"
                raise UnfitRequest(name, "a set of categories", f"the text {given!r}", fix)

    def apply(self, catalogue: Catalogue, had: Array) -> tuple[Array, dict[str, int]]:
        """Which items are allowed, bool [items], and how many each rule left out.

        An item that several rules leave out counts for the first, so that the counts and the
        allowed add up to the catalogue.

        Args:
            had: places of what the user has had.

        Raises:
            UnknownCategory: no item is of a category that is named.
            UnfitRequest: `since` is after `until`, or a viewer's age is given and the catalogue
                says of no item how old a viewer must be.
        """
        allowed = np.ones(len(catalogue), dtype=bool)
        left_out, left = {}, len(catalogue)
        for reason, meets in self._rules(catalogue, had):
            allowed &= meets
            now = int(np.count_nonzero(allowed))
            if now < left:
                left_out[reason] = left - now
            left = now
        return allowed, left_out

    def _rules(self, catalogue: Catalogue, had: Array) -> Iterator[tuple[str, Array]]:
        if self.in_stock:
            yield "out of stock", catalogue.in_stock
        if self.any_of:
            yield f"not of {_named(self.any_of)}", _of(catalogue, self.any_of)
        if self.none_of:
            yield f"of {_named(self.none_of)}", ~_of(catalogue, self.none_of)
        if self.since is not None and self.until is not None and self.since > self.until:
            found = f"{self.since:g} to {self.until:g}"
            raise UnfitRequest("years", "the earlier first", found, "swap `since` and `until`")
        if self.since is not None:
            yield f"not known to be of {self.since:g} or later", catalogue.year >= self.since
        if self.until is not None:
            yield f"not known to be of {self.until:g} or earlier", catalogue.year <= self.until
        if self.viewer_age is not None:
            if catalogue.minimum_age is None:  # else a child would be shown everything
                wanted = "a column `minimum_age` in the table of items"
                fix = "add it, in years; empty where anybody may be shown the item"
                raise UnfitRequest("viewer_age", wanted, "none", fix)
            yield "for older viewers", catalogue.minimum_age <= self.viewer_age
        if self.new_to_user and len(had):
            fresh = np.ones(len(catalogue), dtype=bool)
            fresh[had] = False
            yield "seen before", fresh


def _named(names: frozenset[str]) -> str:
    return " or ".join(sorted(names))


def _of(catalogue: Catalogue, names: frozenset[str]) -> Array:
    found = np.zeros(len(catalogue), dtype=bool)
    for name in sorted(names):
        if name not in catalogue.categories:
            raise UnknownCategory(name, catalogue.categories)
        found |= catalogue.categories[name]
    return found
