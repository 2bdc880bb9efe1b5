"""One project whose items are ranked: lists for users, by models that are loaded once."""

from __future__ import annotations

import threading
from http import HTTPStatus
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from penstock.core.config import Params
from penstock.core.errors import PenstockError
from penstock.effects.champions import Store
from penstock.serving.answers import SHORT
from penstock.serving.contracts import Arm, Log, Prediction, ScorerName
from penstock.serving.lister import Lister, open_lister
from penstock.serving.log.ids import new_id
from penstock.serving.log.listed import Listed, Place, write_listed
from penstock.serving.metrics import Metrics
from penstock.serving.refusal import Refused

if TYPE_CHECKING:  # NumPy's neighbours, which a server of scores has no need of
    from penstock.effects.recommend import Receipt, Wish

ARM: Arm = "champion"  # lists have no other
SCORER: ScorerName = "native"  # the model's own numbers; none of it goes through ONNX

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

    prediction_id: str
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
        PenstockError: as `open_lister`.
    """

    def __init__(
        self, root: Path, params: Params, project: str, log: Log, metrics: Metrics
    ) -> None:
        self.project = project
        self._root, self._params, self._log, self._metrics = root, params, log, metrics
        self._store = Store.open(root)
        self._key = self._champion()
        self._lister = self._open()
        self._alone = threading.Lock()
        self.problem: str | None = None

    def card(self) -> dict[str, str | None]:
        """Who answers, and why."""
        lister = self._lister
        models = lister.lists.models
        return {"candidate": models.candidate, "chosen": models.chosen, "key": lister.origin.key}

    def answer(self, wanted: ListWanted, posted: bytes) -> bytes:
        """The list as JSON, on record before anybody hears of it.

        Args:
            posted: what `wanted` was read from.

        Raises:
            PenstockError: it can't be made, or the log is full.
        """
        lister = self._lister
        receipt = lister.lists.recommend(str(wanted.user), wish_of(wanted))
        prediction_id = self._note(lister, wanted, posted, receipt)
        return msgspec.json.encode({"prediction_id": prediction_id, **receipt}, enc_hook=_plain)

    def check(self) -> bool:
        """Whether another champion took over; one that can't be loaded leaves the old one."""
        with self._alone:
            try:
                key = self._champion()
                if key == self._key:
                    return False
                self._lister, self._key, self.problem = self._open(), key, None
            except (PenstockError, OSError) as error:
                self.problem = str(error)
                return False
            return True

    def _note(self, lister: Lister, wanted: ListWanted, posted: bytes, receipt: Receipt) -> str:
        """Log a list; its id."""
        at, origin, items = time_ns() // 1000, lister.origin, places_of(receipt)
        prediction_id = new_id(at)
        self._log.append(
            Prediction(
                prediction_id, at, self.project, ARM, origin, SCORER, "", str(wanted.user),
                posted, b"", items[0].score if items else float("nan"),
                write_listed(Listed(items, lister.basis)),
            )
        )  # fmt: skip
        self._metrics.predictions[self.project, origin.key[:SHORT], ARM, SCORER] += 1
        return prediction_id

    def _open(self) -> Lister:
        return open_lister(self._root, self._params, self.project)

    def _champion(self) -> str | None:
        pointer = self._store.pointer(self.project)
        return pointer.key if pointer else None


def wish_of(wanted: ListWanted) -> Wish:
    """In the terms of `penstock recommend`; raises Refused."""
    from penstock.effects.recommend import Wish
    from penstock.retrieval.filters import Filters

    if wanted.fresh > wanted.top:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"fresh: expected at most top, {wanted.top}, came {wanted.fresh}",
            fix="ask for fewer new ones, or for more items",
        )
    filters = Filters(
        new_to_user=not wanted.seen,
        any_of=frozenset(wanted.category),
        none_of=frozenset(wanted.without_category),
        since=wanted.since,
        until=wanted.until,
        viewer_age=wanted.viewer_age,
    )
    return Wish(wanted.top, filters, wanted.fresh)


def places_of(receipt: Receipt) -> tuple[Place, ...]:
    """What the log keeps of each item of a list."""
    return tuple(Place(one["item"], one["score"], one["lane"]) for one in receipt["items"])


def _plain(value: Any) -> Any:
    """A number of NumPy as one of Python."""
    return value.item()
