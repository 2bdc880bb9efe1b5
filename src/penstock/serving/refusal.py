"""A request that is not answered as asked: a status, and what the caller can do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

MEDIA = b"application/problem+json"
SHOWN = 80  # characters of what came


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request.

    Attributes:
        field: where in the body, as `amount` or `[2].amount`; `body` for the whole.
        came: what was found there, cut short.
        fix: what to send instead.
    """

    field: str
    expected: str
    came: str
    fix: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every answer that is no success, after RFC 9457.

    Attributes:
        title: the status in words.
        detail: what is the matter.
        fix: what to do, where no fault says it.
        faults: one for each thing that is wrong with the request.
    """

    status: int
    title: str
    detail: str
    fix: str = ""
    faults: list[Fault] = []


class Refused(Exception):
    """Ends a request; the router answers with what it holds.

    Args:
        headers: to be sent besides, as `Retry-After`.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        faults: Iterable[Fault] = (),
        *,
        fix: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = int(status)
        self.headers = [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()]
        self.problem = Problem(self.status, status.phrase, detail, fix, list(faults))

    @property
    def body(self) -> bytes:
        """The problem as JSON."""
        return msgspec.json.encode(self.problem)


def shown(value: Any) -> str:
    """`value` as JSON, cut short: a caller's own words, never longer than a line."""
    try:
        text = msgspec.json.encode(value).decode()
    except (msgspec.MsgspecError, TypeError, UnicodeError, RecursionError):
        text = f"a {type(value).__name__}"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def malformed(problem: str) -> Refused:
    """The body is no JSON."""
    return Refused(
        HTTPStatus.BAD_REQUEST,
        f"the body is no JSON: {problem}; send one JSON value in UTF-8",
    )


def unfit(faults: list[Fault]) -> Refused:
    """The body is JSON, and not what the route takes."""
    first, more = faults[0], len(faults) - 1
    others = f" (and {more} more)" if more else ""
    said = f"{first.field}: expected {first.expected}, came {first.came}{others}"
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, said, faults)
