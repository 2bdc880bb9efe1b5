"""One project whose items are ranked: lists for users, by models that are loaded once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from penstock.core.config import Params
from penstock.core.errors import PenstockError
from penstock.effects.champions import Store
from penstock.serving.refusal import Refused

if TYPE_CHECKING:  # NumPy's neighbours, which a server of scores has no need of
    from penstock.effects.recommend import Lists

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Names = Annotated[list[Name], Meta(max_length=50)]
Year = Annotated[int, Meta(ge=-9999, le=9999)]


class ListWanted(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A list for one user, in the words of `penstock recommend`.

    Attributes:
        user: an id of the log, or any other: a newcomer.
        top: items.
        category, without_category: only items of one of these; no item of one of those.
        since, until: only items of these years.
        viewer_age: no item for older viewers.
        seen: what the user has had may come too.
        fresh: places kept for items that nobody had when the model was fitted.
    """

    user: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | Name
    top: Annotated[int, Meta(ge=1, le=1000)] = 10
    category: Names = []
    without_category: Names = []
    since: Year | None = None
    until: Year | None = None
    viewer_age: Annotated[int, Meta(ge=0, le=200)] | None = None
    seen: bool = False
    fresh: Annotated[int, Meta(ge=0, le=1000)] = 0


class ItemReason(msgspec.Struct, frozen=True):
    """An item that the user had, and what it adds to a score."""

    item: int | str
    title: str
    share: float


class ItemShown(msgspec.Struct, frozen=True):
    """One item of a list."""

    item: int | str
    title: str
    score: float
    lane: str
    because: list[ItemReason]


class ItemList(msgspec.Struct, frozen=True):
    """A list; `notes` says what a reader should know besides, `left_out` which rule took what."""

    project: str
    user: int | str
    candidate: str
    chosen: str
    known: bool
    had: int
    items: list[ItemShown]
    asked: int
    left_out: dict[str, int]
    notes: list[str]


class Recommending:
    """The lists of one project; another champion takes over as a whole.

    Raises:
        PenstockError: as `open_lists`.
    """

    def __init__(self, root: Path, params: Params, project: str) -> None:
        self.project = project
        self._store = Store.open(root)
        from penstock.effects.recommend import open_lists

        self._open: Callable[[], Lists] = lambda: open_lists(root, params, project)
        self._key = self._champion()
        self._lists = self._open()
        self._alone = threading.Lock()
        self.problem: str | None = None

    def card(self) -> dict[str, str | None]:
        """Who answers, and why."""
        models = self._lists.models
        return {"candidate": models.candidate, "chosen": models.chosen, "key": self._key}

    def answer(self, wanted: ListWanted) -> bytes:
        """The list as JSON; raises PenstockError where it can't be made."""
        from penstock.effects.recommend import Wish
        from penstock.retrieval.filters import Filters

        filters = Filters(
            new_to_user=not wanted.seen,
            any_of=frozenset(wanted.category),
            none_of=frozenset(wanted.without_category),
            since=wanted.since,
            until=wanted.until,
            viewer_age=wanted.viewer_age,
        )
        if wanted.fresh > wanted.top:
            raise Refused(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                f"fresh: expected at most top, {wanted.top}, came {wanted.fresh}",
                fix="ask for fewer new ones, or for more items",
            )
        wish = Wish(wanted.top, filters, wanted.fresh)
        receipt = self._lists.recommend(str(wanted.user), wish)
        return msgspec.json.encode(receipt, enc_hook=_plain)

    def check(self) -> bool:
        """Whether another champion took over; one that can't be loaded leaves the old one."""
        with self._alone:
            try:
                key = self._champion()
                if key == self._key:
                    return False
                self._lists, self._key, self.problem = self._open(), key, None
            except (PenstockError, OSError) as error:
                self.problem = str(error)
                return False
            return True

    def _champion(self) -> str | None:
        pointer = self._store.pointer(self.project)
        return pointer.key if pointer else None


def _plain(value: Any) -> Any:
    """A number of NumPy as one of Python."""
    return value.item()
