"""A line that says how far training is."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self, TextIO

WIDTH = 24  # characters of the bar


class Progress:
    """Rewrites one line on a terminal; elsewhere it writes a line an epoch; to None nothing."""

    def __init__(self, steps: int, stream: TextIO | None) -> None:
        self.steps, self.stream = max(steps, 1), stream
        self.live = stream is not None and stream.isatty()
        self.began = time.monotonic()
        self.shown = -1.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.live:
            self._write("\n")

    def step(self, done: int, says: str) -> None:
        """`done` steps are made; on a terminal the line follows, ten times a second at most."""
        now = time.monotonic() - self.began
        if self.live and (now - self.shown >= 0.1 or done >= self.steps):
            self.shown = now
            self._write(f"\r{self.line(done, now)}  {says}\x1b[K")

    def epoch(self, done: int, says: str) -> None:
        """An epoch is over."""
        if self.live:
            self.step(done, says)
        else:
            self._write(f"{self.line(done, time.monotonic() - self.began)}  {says}\n")

    def line(self, done: int, seconds: float) -> str:
        """The bar, the share, and the time that is left if steps go on taking what they took."""
        share = min(done / self.steps, 1.0)
        bar = "█" * round(share * WIDTH)
        left = seconds * (1 - share) / share if share else 0.0
        return f"{bar:·<{WIDTH}} {share:>4.0%}  {left:.0f} s left"

    def _write(self, words: str) -> None:
        if self.stream is not None:
            self.stream.write(words)
            self.stream.flush()
