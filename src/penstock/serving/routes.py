"""The routes that take a body: parsed by msgspec, answered without a framework."""

from __future__ import annotations

from asyncio import Future, get_running_loop, to_thread
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from time import time_ns
from typing import Any, Protocol
from urllib.parse import parse_qsl

import msgspec

from penstock.core.errors import did_you_mean
from penstock.serving.answers import Answer, LabelsTaken, NotAnswered
from penstock.serving.batcher import resolve
from penstock.serving.contracts import Event, Features
from penstock.serving.faults import refusal
from penstock.serving.log.labels import Label, Labels
from penstock.serving.protection.room import Room
from penstock.serving.recommending import ItemList, ListWanted, Recommending
from penstock.serving.refusal import Fault, Refused, unfit
from penstock.serving.requests import KNOWN_AT, EventType
from penstock.serving.scoring import Answered, Scoring

EXPLAIN = "explain"
ASKED = b"explain=1"
TRUE, FALSE = ("1", "true"), ("0", "false")


class Route(Protocol):
    """A path that takes POST and JSON.

    Attributes:
        label: what metrics call it.
        body, answer: types, as msgspec describes them.
        listed: what stands in `answers`, where a list is answered; nothing where none is taken.
        flags: what may stand in the query, each 1 or 0.
    """

    path: str
    label: str
    says: str
    body: Any
    answer: Any
    listed: tuple[Any, ...]
    flags: Mapping[str, str]

    async def __call__(self, body: bytes, query: bytes) -> bytes:
        """The answer as JSON; raises Refused, PenstockError."""


class ScoreRoute:
    """POST /v1/P/score."""

    flags: Mapping[str, str] = {EXPLAIN: "1: say why it has its score"}
    answer: Any = Answer
    listed = (Answer, NotAnswered)

    def __init__(self, scoring: Scoring, room: Room, most: int) -> None:
        self.path = f"/v1/{scoring.project}/score"
        self.label = "score"
        self.says = f"Score one event of {scoring.project}, or a list of them"
        events = scoring.events
        self.body: Any = events.one | events.many
        self._one, self._many = events.decoder.decode, events.list_decoder.decode
        self._struct, self._most, self._room, self._scoring = events.struct, most, room, scoring

    async def __call__(self, body: bytes, query: bytes) -> bytes:
        explain = bool(query) and flags_of(query, self.flags)[EXPLAIN]
        if body.lstrip()[:1] == b"[":
            return await self._several(body, explain)
        answer: Future[bytes] = get_running_loop().create_future()
        self.now(body, partial(resolve, answer), explain)
        return await answer

    def now(self, body: bytes, done: Answered, explain: bool) -> None:
        """Have `done` called with the answer to one event; raises as `__call__` does."""
        try:
            posted = self._one(body)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise refusal(body, self._struct, self._most) from None
        self._room.enter(1)

        def leave(answer: bytes | Exception) -> None:
            self._room.leave(1)
            done(answer)

        try:
            self._scoring.now(posted, body, leave, explain)
        except BaseException:
            self._room.leave(1)
            raise

    async def _several(self, body: bytes, explain: bool) -> bytes:
        try:
            posted = self._many(body)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise refusal(body, self._struct, self._most) from None
        with self._room.taken(len(posted)):
            return await self._scoring.several(posted, explain)


class LabelsRoute:
    """POST /v1/P/labels: what became known of events that were scored before.

    Args:
        label: the column that holds it.
        labels: where they are kept for those who measure later.
    """

    flags: Mapping[str, str] = {}
    answer: Any = LabelsTaken
    listed = ()

    def __init__(
        self,
        project: str,
        posted: EventType,
        label: str,
        features: Features,
        labels: Labels,
        most: int,
    ) -> None:
        self.path, self.label = f"/v1/{project}/labels", "labels"
        self.says = f"Tell what became known of events of {project}; twice is once"
        self.body: Any = posted.one | posted.many
        self._many = msgspec.json.Decoder(self.body)
        self._project, self._column, self._most = project, label, most
        self._posted, self._features, self._labels = posted, features, labels

    async def __call__(self, body: bytes, query: bytes) -> bytes:
        flags_of(query, self.flags)
        try:
            posted: Any = self._many.decode(body)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise refusal(body, self._posted.struct, self._most) from None
        listed = posted if isinstance(posted, list) else [posted]
        labels: list[Event] = [self._known(one) for one in listed]
        learnt = self._features.learn(labels)
        now = time_ns() // 1000
        kept = [
            Label(str(one[self._features.id]), one[self._column], one.get(KNOWN_AT, now))
            for one in labels
        ]
        await to_thread(self._labels.write, self._project, kept)  # waits for the disk
        return msgspec.json.encode(LabelsTaken(len(labels), learnt))

    def _known(self, posted: msgspec.Struct) -> Event:
        """As the features want it: what nobody said is left out."""
        row = self._posted.event(posted)
        return {name: value for name, value in row.items() if value is not None}


class RecommendRoute:
    """POST /v1/P/recommend."""

    flags: Mapping[str, str] = {}
    body: Any = ListWanted
    answer: Any = ItemList
    listed = ()

    def __init__(self, recommending: Recommending, room: Room) -> None:
        self.path, self.label = f"/v1/{recommending.project}/recommend", "recommend"
        self.says = f"Items of {recommending.project} to show a user now, and why"
        self._recommending, self._room = recommending, room
        self._decoder = msgspec.json.Decoder(ListWanted)

    async def __call__(self, body: bytes, query: bytes) -> bytes:
        flags_of(query, self.flags)
        try:
            wanted = self._decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise refusal(body, ListWanted, None) from None
        self._room.look()
        return self._recommending.answer(wanted, body)


def flags_of(query: bytes, known: Mapping[str, str]) -> dict[str, bool]:
    """The flags of a query string, False where they aren't named; raises 422 for others."""
    found = dict.fromkeys(known, False)
    if not query:
        return found
    faults = []
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "the query has too many fields") from None
    for name, value in pairs:
        where = f"query.{name[:80]}"
        if name not in known:
            faults.append(Fault(where, "no such field", value[:80], did_you_mean(name, known)))
        elif value in (*TRUE, *FALSE):
            found[name] = value in TRUE
        else:
            faults.append(Fault(where, "1 or 0", value[:80], f"send ?{name}=1"))
    if faults:
        raise unfit(faults)
    return found
