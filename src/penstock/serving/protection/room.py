"""How much is answered at once; who comes when it is full is told to come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from penstock.serving.metrics import Metrics
from penstock.serving.refusal import Refused

RETRY = {"retry-after": "1"}


class Room:
    """Counts events, so that a list weighs as much as it holds.

    Args:
        most: in flight; the last list that is let in may exceed it.
    """

    def __init__(self, most: int, metrics: Metrics) -> None:
        self._most, self._metrics = most, metrics

    def look(self) -> None:
        """Raise 503 where it is full: asked before a body is read."""
        if self._metrics.in_flight >= self._most:
            self._metrics.shed["full"] += 1
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"{self._most:,} events are being answered; wait as Retry-After says",
                headers=RETRY,
            )

    def enter(self, events: int) -> None:
        """Count them in; raises as `look`."""
        self.look()
        self._metrics.in_flight += events

    @contextmanager
    def taken(self, events: int) -> Iterator[None]:
        """`enter`, and `leave` at the end."""
        self.enter(events)
        try:
            yield
        finally:
            self.leave(events)

    def leave(self, events: int) -> None:
        self._metrics.in_flight -= events
