"""Whether operations are recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_recording: ContextVar[bool] = ContextVar("recording", default=True)


def recording() -> bool:
    """Whether an operation becomes part of a graph now, in this thread."""
    return _recording.get()


@contextmanager
def no_grad() -> Iterator[None]:
    """Results inside need no gradient and keep nothing alive; usable as a decorator too."""
    before = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(before)
