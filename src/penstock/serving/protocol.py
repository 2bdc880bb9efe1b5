"""HTTP for single events, without a task, a queue and two writes for each: a subclass of uvicorn's.

Everything else (lists, other routes, pipelined requests) goes the way of any ASGI app.
What is answered is the same on both ways; the tests hold them against each other.
"""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from penstock.serving.protection.guard import expect_json
from penstock.serving.refusal import Refused
from penstock.serving.router import CLOSE, OK_HEADERS, PROBLEM_HEADERS, Headers, Router, refused_of
from penstock.serving.routes import ASKED, ScoreRoute


class _NoEvent:
    """Stands where uvicorn wakes a task that waits for a body: here nobody waits."""

    def set(self) -> None:
        """Nobody waits."""


NO_EVENT = _NoEvent()


class Cycle:
    """One request on its way; with the attributes that uvicorn's protocol looks at."""

    __slots__ = (
        "body", "disconnected", "explain", "headers", "keep_alive", "message_event", "more_body",
        "response_complete", "route", "since",
    )  # fmt: skip

    def __init__(
        self, route: ScoreRoute, explain: bool, headers: Headers, keep_alive: bool
    ) -> None:
        self.route, self.explain = route, explain
        self.headers, self.keep_alive = headers, keep_alive
        self.since = perf_counter()
        self.body = bytearray()
        self.more_body, self.disconnected, self.response_complete = True, False, False
        self.message_event = NO_EVENT


class Head:
    """What stands above every answer, put together once a second, when the date changes."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers
        self._default: Headers | None = None
        self._text = b""

    def of(self, default: Headers, status: int, length: int) -> bytes:
        if default is not self._default:
            lines = [b"%s: %s\r\n" % pair for pair in (*default, *self._headers)]
            self._text, self._default = b"".join(lines), default
        return b"%s%scontent-length: %d\r\n" % (STATUS_LINE[status], self._text, length)


class Protocol(HttpToolsProtocol):
    """A connection.

    Attributes:
        router: the app, of whose routes those for single events are answered here.
    """

    router: Router
    ok, problem = Head(OK_HEADERS), Head(PROBLEM_HEADERS)
    cycle: Any
    since_used = 0.0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.since_used = self.loop.time()

    # -- what the parser says ----------------------------------------------------------------

    def on_headers_complete(self) -> None:
        hot = self.router.hot.get(self.url)
        busy = self.cycle is not None and not self.cycle.response_complete
        if (
            hot is None
            or busy
            or self.router.draining
            or self.expect_100_continue
            or self.parser.get_method() != b"POST"
            or self.parser.get_http_version() != "1.1"
            or self.parser.should_upgrade()
        ):
            super().on_headers_complete()
            return
        self.cycle = Cycle(*hot, self.headers, self.parser.should_keep_alive())

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        cycle = self.cycle
        if type(cycle) is Cycle and not cycle.response_complete:
            self.flow.resume_reading()
            if len(cycle.body) > self.router.bodies.most:
                self._refuse(cycle, self.router.bodies.too_large())

    def on_message_complete(self) -> None:
        super().on_message_complete()
        cycle = self.cycle
        if type(cycle) is not Cycle or cycle.response_complete:
            return
        try:
            headers = dict(cycle.headers)
            self.router.guard.admit(headers, "score")
            expect_json(headers)
            if cycle.body[:1] != b"{":  # a list, or rubbish: the app tells them apart
                self._by_app(cycle)
                return
            cycle.route.now(bytes(cycle.body), partial(self._done, cycle), cycle.explain)
        except Exception as error:
            self._done(cycle, error)

    def on_response_complete(self) -> None:
        """As uvicorn's, with one clock for all connections instead of a timer for each."""
        self.server_state.total_requests += 1
        self.since_used = self.loop.time()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    # -- what the clock says -----------------------------------------------------------------

    def look(self, idle_seconds: float, body_seconds: float) -> None:
        """Close a connection that waits for nothing, and refuse a body that does not come."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            if self.loop.time() - self.since_used > idle_seconds:
                self.transport.close()
        elif type(cycle) is Cycle and cycle.more_body and _late(cycle, body_seconds):
            self._refuse(cycle, self.router.bodies.too_slow())

    # -- answers -----------------------------------------------------------------------------

    def _done(self, cycle: Cycle, answer: bytes | Exception) -> None:
        if isinstance(answer, Exception):
            self._refuse(cycle, refused_of(answer))
        else:
            self._respond(cycle, 200, self.ok, (), answer)

    def _refuse(self, cycle: Cycle, refused: Refused) -> None:
        self._respond(cycle, refused.status, self.problem, refused.headers, refused.body)

    def _respond(self, cycle: Cycle, status: int, head: Head, more: Any, body: bytes) -> None:
        if cycle.response_complete:
            return
        cycle.response_complete = True
        self.router.metrics.answered(cycle.route.label, status, perf_counter() - cycle.since)
        if cycle.disconnected or self.transport.is_closing():
            return
        if CLOSE in more:
            cycle.keep_alive = False
        lines = head.of(self.server_state.default_headers, status, len(body))
        for name, value in more:
            lines += b"%s: %s\r\n" % (name, value)
        if not cycle.keep_alive and CLOSE not in more:
            lines += b"connection: close\r\n"
        self.transport.write(lines + b"\r\n" + body)
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _by_app(self, cycle: Cycle) -> None:
        """Let the route answer in a task."""
        task = self.loop.create_task(self._answer(cycle))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _answer(self, cycle: Cycle) -> None:
        try:
            query = ASKED if cycle.explain else b""
            answer: bytes | Exception = await cycle.route(bytes(cycle.body), query)
        except Exception as error:
            answer = error
        self._done(cycle, answer)


def _late(cycle: Cycle, seconds: float) -> bool:
    return perf_counter() - cycle.since > seconds
