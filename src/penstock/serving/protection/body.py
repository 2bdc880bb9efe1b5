"""Bodies are counted while they are read, and must come in time."""

from __future__ import annotations

from asyncio import AbstractEventLoop, CancelledError, Task, current_task
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from penstock.serving.refusal import Refused

Receive = Callable[[], Awaitable[Any]]
LOOKS = 4  # at the clock, within the time that a body has


class Gone(Exception):
    """The caller hung up before the body was whole; nobody waits for an answer."""


class Bodies:
    """Reads bodies; one timer watches over all that are on their way.

    A timer for each would cost as much as decoding the body.

    Args:
        most: bytes.
        seconds: that a body may take, and up to a quarter more.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self._since: dict[Task[Any], float] = {}
        self._late: set[Task[Any]] = set()
        self._watching = False

    async def read(self, receive: Receive) -> bytes:
        """The whole body.

        Raises:
            Refused: 413 once more than the limit has come, 408 when it takes too long.
            Gone: the caller hung up.
        """
        task = current_task()
        assert task is not None
        loop = task.get_loop()
        self._since[task] = loop.time()
        if not self._watching:
            self._watch(loop)
        try:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            body: bytes = message["body"]
            if message.get("more_body"):
                body = await self._rest(receive, body)
            if len(body) > self.most:
                raise self.too_large()
            return body
        except CancelledError:
            if task not in self._late:
                raise
            self._late.discard(task)
            task.uncancel()
            raise self.too_slow() from None
        finally:
            del self._since[task]

    def announced(self, length: bytes) -> None:
        """Refuse a body by its Content-Length, before any of it is read."""
        if length.isdigit() and int(length) > self.most:
            raise self.too_large()

    async def _rest(self, receive: Receive, first: bytes) -> bytes:
        parts, size, more = [first], len(first), True
        while more:
            if size > self.most:
                raise self.too_large()
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            parts.append(message["body"])
            size += len(parts[-1])
            more = message.get("more_body", False)
        return b"".join(parts)

    def _watch(self, loop: AbstractEventLoop) -> None:
        """Interrupt what takes too long; look again while anything is on its way."""
        oldest = loop.time() - self.seconds
        for task, since in self._since.items():
            if since <= oldest and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._watching = bool(self._since)
        if self._watching:
            loop.call_later(self.seconds / LOOKS, self._watch, loop)

    def too_large(self) -> Refused:
        """413; what else is sent would be read for nothing."""
        return Refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"the body is larger than {self.most:,} bytes; send fewer events at once, or raise "
            "serving.limits.body_bytes in params.yaml",
            headers={"connection": "close"},
        )

    def too_slow(self) -> Refused:
        """408."""
        return Refused(
            HTTPStatus.REQUEST_TIMEOUT,
            f"the body did not come within {self.seconds:g} s; send it at once",
            headers={"connection": "close"},
        )
