"""The app: routes with bodies by itself, all others by FastAPI, each behind the same guard."""

from __future__ import annotations

import logging
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from threading import Lock
from time import perf_counter
from typing import Any

from penstock.core.errors import PenstockError
from penstock.serving.metrics import OTHER, Metrics
from penstock.serving.protection.body import Bodies, Gone, Receive
from penstock.serving.protection.guard import Guard, expect_json
from penstock.serving.protection.keys import Scope
from penstock.serving.refusal import MEDIA, Refused
from penstock.serving.routes import ASKED, Route, ScoreRoute
from penstock.serving.scoring import refusal_of

Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]
Label = Callable[[str], str]
Headers = list[tuple[bytes, bytes]]

SECURITY: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
OK_HEADERS: Headers = [(b"content-type", b"application/json"), *SECURITY]
PROBLEM_HEADERS: Headers = [(b"content-type", MEDIA), *SECURITY]
GUARDED = "/v1/"
ADMIN = ("/v1/admin/", "/v1/predictions/")  # the log holds what others have posted
CLOSE = (b"connection", b"close")
GONE = 499  # what nginx writes for a caller who hung up; nobody receives it

logger = logging.getLogger("penstock.serving")


class Router:
    """An ASGI app.

    Args:
        cold: makes the app for all other paths, once, when one is asked for; and the labels of
            its paths, for metrics: templates, never a caller's words.

    Attributes:
        hot: routes that `protocol` answers by itself, and whether with reasons, by what is
            asked for.
        draining: connections are to be closed by those who hold them.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        cold: Callable[[], tuple[App, Label]],
        guard: Guard,
        bodies: Bodies,
        metrics: Metrics,
    ) -> None:
        self._routes = {route.path: route for route in routes}
        self._make, self._alone = cold, Lock()
        self._made: tuple[App, Label] | None = None
        self.guard, self.bodies, self.metrics = guard, bodies, metrics
        self.hot: dict[bytes, tuple[ScoreRoute, bool]] = {}
        for path, route in self._routes.items():
            if isinstance(route, ScoreRoute):
                self.hot[path.encode()] = route, False
                self.hot[b"%s?%s" % (path.encode(), ASKED)] = route, True
        self.draining = False

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        start = perf_counter()
        route = self._routes.get(scope["path"])
        if route is None:
            await self._pass_on(scope, receive, send, start)
            return
        status, headers = 200, OK_HEADERS
        try:
            body = await self._answer(route, scope, receive)
        except Gone:
            self.metrics.answered(route.label, GONE, perf_counter() - start)
            return
        except Exception as error:
            refused = refused_of(error)
            status, body = refused.status, refused.body
            headers = [*PROBLEM_HEADERS, *refused.headers]
        headers = [*headers, (b"content-length", b"%d" % len(body))]
        if self.draining:
            headers.append(CLOSE)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        self.metrics.answered(route.label, status, perf_counter() - start)

    def warm(self) -> tuple[App, Label]:
        """The app for all other paths; to make it takes a thread longer than to score."""
        with self._alone:
            if self._made is None:
                self._made = self._make()
            return self._made

    async def _answer(self, route: Route, scope: Any, receive: Receive) -> bytes:
        headers = dict(scope["headers"])
        self.guard.admit(headers, "score")
        if scope["method"] != "POST":
            raise Refused(
                HTTPStatus.METHOD_NOT_ALLOWED,
                f"{scope['path']} takes POST, came {scope['method'][:20]}",
                headers={"allow": "POST"},
            )
        expect_json(headers)
        self.bodies.announced(headers.get(b"content-length", b""))
        body = await self.bodies.read(receive)
        return await route(body, scope["query_string"])

    async def _pass_on(self, scope: Any, receive: Receive, send: Send, start: float) -> None:
        status = 0

        async def note(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in SECURITY if header[0] not in own),
                    *([CLOSE] if self.draining else ()),
                ]
            await send(message)

        path, label = scope["path"], OTHER
        try:
            if path.startswith(GUARDED):
                wanted: Scope = "admin" if path.startswith(ADMIN) else "score"
                self.guard.admit(dict(scope["headers"]), wanted)
            made = self._made
            cold, label_of = await to_thread(self.warm) if made is None else made
            label = label_of(path)
            await cold(scope, receive, note)
        except Exception as error:
            if status:
                raise
            await _tell(refused_of(error), note)
        self.metrics.answered(label, status, perf_counter() - start)


def refused_of(error: Exception) -> Refused:
    """What the caller is told; a mistake of ours goes to the log, and no word of it out."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, PenstockError):
        return refusal_of(error)
    logger.error("a request failed", exc_info=error)
    return Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "the server failed; its log says why")


async def _tell(refused: Refused, send: Send) -> None:
    body = refused.body
    headers: Headers = [(b"content-type", MEDIA), *refused.headers]
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def open_label(templates: Mapping[str, str]) -> Label:
    """Labels for paths without parameters, the template for others of that many parts."""
    parts = {tuple(one.split("/")): label for one, label in templates.items()}

    def label(path: str) -> str:
        split = path.split("/")
        for wanted, name in parts.items():
            if len(wanted) == len(split) and all(map(_fits, wanted, split)):
                return name
        return OTHER

    return label


def _fits(wanted: str, came: str) -> bool:
    return wanted == came or wanted.startswith("{")
