"""The process: uvicorn on uvloop, from the first byte to a stop that drops nobody."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from penstock.core.errors import PenstockError
from penstock.serving.address import listen
from penstock.serving.app import make_app
from penstock.serving.protocol import Protocol
from penstock.serving.router import Router
from penstock.serving.state import State

LOOKS_SECONDS = 1.0  # between two looks at keys and pointers
IDLE_SECONDS = 30.0  # a connection may wait so long for its next request
LAST_SECONDS = 0.2
COLLECT = (50_000, 20, 50)  # allocations between collections of garbage, by generation
STOP_SECONDS = 30  # requests that are longer on their way are cut off

logger = logging.getLogger("penstock.serving")


class Server(uvicorn.Server):
    """Stops in steps: /readyz turns, a while later no more is accepted, then what runs is ended.

    Whoever balances load sees the first step and sends no more; clients that keep connections are
    told to close them. A second signal skips the wait.
    """

    def __init__(self, config: uvicorn.Config, state: State, app: Router) -> None:
        super().__init__(config)
        self._state, self._app = state, app
        self._ticking: asyncio.Task[None] | None = None
        self._warming: asyncio.Task[Any] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ticking = asyncio.create_task(_tick(self._state))
        self._warming = asyncio.create_task(asyncio.to_thread(self._app.warm))
        self._look()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
        for server in self.servers:
            server.close()
        await asyncio.sleep(LAST_SECONDS)  # who has just connected is answered, and let go
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does it, but a signal that was obeyed isn't raised again at the end."""
        loop = asyncio.get_running_loop()
        before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
        for one in before:
            loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            for one, handler in before.items():
                loop.remove_signal_handler(one)
                signal.signal(one, handler)

    def _look(self) -> None:
        """See to connections that are idle, or slow."""
        seconds = self._state.settings.limits.body_seconds
        for one in list(self.server_state.connections):
            if isinstance(one, Protocol):
                one.look(IDLE_SECONDS, seconds)
        if not self.should_exit:
            asyncio.get_running_loop().call_later(min(seconds / 4, 1.0), self._look)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._state.draining:
            self.should_exit = True
            return
        self._state.draining = self._app.draining = True
        wait = self._state.settings.limits.drain_seconds
        asyncio.get_running_loop().call_later(wait, self._stop)

    def _stop(self) -> None:
        self.should_exit = True


def serve(state: State, host: str, port: int, say: Callable[[str], None]) -> None:
    """Answer requests until SIGINT or SIGTERM, then close `state`.

    Raises:
        CantListen: it can't listen there; nothing was answered.
        PenstockError: something that was taken can't be written any more.
    """
    try:
        with listen(host, port) as sock:
            app = make_app(state)
            shown = f"[{host}]" if ":" in host else host
            gc.collect()
            gc.freeze()  # what is loaded now stays: it need not be looked at again
            gc.set_threshold(*COLLECT)
            say(f"http://{shown}:{sock.getsockname()[1]}")
            Server(configure(app), state, app).run(sockets=[sock])
    finally:
        state.close()


def configure(app: Router) -> uvicorn.Config:
    """How uvicorn runs the app: uvloop, httptools, our way for single events."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=type("Connection", (Protocol,), {"router": app}),
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


async def _tick(state: State) -> None:
    """What is looked at again and again: the file of the keys, pointers of ranking projects."""
    while True:
        await asyncio.sleep(LOOKS_SECONDS)
        try:
            state.guard.refresh()
        except PenstockError as error:
            logger.warning("%s", error)  # the keys that were known stay
        for one in state.recommending.values():
            await asyncio.to_thread(one.check)
