"""Many callers at once, each of whom waits for an answer before asking again."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

from tests.serving_process import SCORE, event, request


class Load:
    """Events with ids of their own.

    Attributes:
        lost: requests that nobody answered: the connection ended after they were sent, and the
            server had not said that it would.
    """

    def __init__(
        self,
        port: int,
        connections: int,
        path: str = SCORE,
        make: Callable[[int], Any] = event,
        per_second: float | None = None,
    ) -> None:
        self._port, self._connections, self._path = port, connections, path
        self._make, self._numbers = make, count(10_000)
        self._pause = connections / per_second if per_second else 0.0
        self.statuses: Counter[int] = Counter()
        self.ids: set[str] = set()
        self.models: list[str] = []
        self.retry_after: set[str] = set()
        self.seconds: list[float] = []
        self.lost = 0
        self._over = False
        self.leaves = False  # nobody connects any more, as where a balancer has seen /readyz turn

    def stop(self) -> None:
        """Let everybody finish what was asked."""
        self._over = True

    def run(self, seconds: float) -> Counter[int]:
        """The statuses of all answers."""
        asyncio.run(self._run(seconds))
        return self.statuses

    async def _run(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        await asyncio.gather(*(self._call(end) for _ in range(self._connections)))

    async def _call(self, end: float) -> None:
        """One caller, who connects again where the server says that it closes."""
        while time.monotonic() < end and not (self.leaves or self._over):
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            except ConnectionError:
                return  # it has stopped
            try:
                await self._talk(reader, writer, end)
            finally:
                writer.close()

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, end: float
    ) -> None:
        while time.monotonic() < end and not self._over:
            start = time.monotonic()
            writer.write(request("POST", self._path, self._make(next(self._numbers))))
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            except (asyncio.IncompleteReadError, ConnectionError):
                self.lost += 1
                return
            headers = dict(one.lower().split(": ", 1) for one in head.split("\r\n")[1:] if one)
            body = await reader.readexactly(int(headers["content-length"]))
            self.seconds.append(time.monotonic() - start)
            self._note(int(head.split()[1]), headers, body)
            if headers.get("connection") == "close":
                return
            if (left := self._pause - (time.monotonic() - start)) > 0:
                await asyncio.sleep(left)

    def _note(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.statuses[status] += 1
        if status == 200:
            answer = json.loads(body)
            self.ids.add(answer["prediction_id"])
            self.models.append(answer["model"])
        elif "retry-after" in headers:
            self.retry_after.add(headers["retry-after"])
