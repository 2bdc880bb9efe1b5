"""What a caller of retrieval gets wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from penstock.core.errors import PenstockError, did_you_mean

FEW = 5  # items that are told as examples


class NotServable(PenstockError):
    """A model whose scores aren't sums over what a user had was asked to answer requests."""

    def __init__(self, model: str, known: Iterable[str]) -> None:
        super().__init__(
            f"model {model}: expected one whose scores are sums over what a user had\n"
            f"  fix: take one of {', '.join(known)}   (any model ranks in batches: rank(view, k))"
        )


class UnknownItem(PenstockError):
    """An item was named that the catalogue doesn't hold.

    Args:
        titles: of the items `known`; those that hold what was named are told.
    """

    def __init__(self, item: object, known: Sequence[object], titles: Sequence[str]) -> None:
        words = str(item).casefold()
        called = (at for at, title in enumerate(titles) if words in title.casefold())
        meant = [f"{known[at]} ({titles[at]})" for at in islice(called, FEW)]
        if meant:
            hint = f"by title: {', '.join(meant)}"
        elif len(known) > FEW:
            hint = f"it holds {len(known):,}, as {', '.join(map(str, known[:FEW]))}"
        else:
            hint = did_you_mean(str(item), map(str, known))
        super().__init__(
            f"no item {item!r} in the catalogue; {hint}\n"
            "  fix: name one by its id, or add its row to the table of items and open it again"
        )


class UnknownCategory(PenstockError):
    """A filter names a category that no item has."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            f"no item is of category {name!r}; {did_you_mean(name, known)}\n"
            "  fix: name a category of the table of items"
        )


class UnfitRequest(PenstockError):
    """A request, a catalogue or an array that can't be what was meant."""

    def __init__(self, what: str, expected: str, found: object, fix: str) -> None:
        super().__init__(f"{what}: expected {expected}, found {found}\n  fix: {fix}")


class NoIndexLibrary(PenstockError):
    """A catalogue above the limit of exact search, and no library for another."""

    def __init__(self, items: int, limit: int) -> None:
        super().__init__(
            f"{items:,} items are more than the {limit:,} that are searched exactly, and faiss "
            "is not installed\n"
            "  fix: pip install 'penstock[ann]'   (or raise `exact_up_to`: exact, and slower)"
        )
