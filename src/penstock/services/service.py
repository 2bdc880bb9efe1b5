"""One server: how it is started, how one knows that it is ready, where its output goes."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from penstock.engine.processes import ProcessGroup

LAST_LINES = 12


@dataclass(frozen=True)
class Service:
    """What is to run.

    Attributes:
        name: what a person calls it, and its log.
        command: program and arguments.
        environment: its whole environment.
        folder: where it runs.
        log: where its output is appended.
        problem: why it is not ready yet, given when it was started (seconds of the Unix epoch);
            None once it is.
        needs: the service without which this one can do nothing.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    problem: Callable[[float], str | None] = field(repr=False)
    needs: str | None = None


class Running:
    """A service at work; its output goes to its log line by line.

    Args:
        service: what to start.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.last: deque[str] = deque(maxlen=LAST_LINES)
        self.status: int | None = None
        service.log.parent.mkdir(parents=True, exist_ok=True)
        self._started = time.time()
        self._group = ProcessGroup(service.command, service.folder, service.environment)
        self._thread = threading.Thread(target=self._follow, name=service.name, daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._group.pid

    @property
    def is_over(self) -> bool:
        """Whether it has ended, by itself or by us."""
        return not self._thread.is_alive()

    @property
    def problem(self) -> str | None:
        """Why it is not ready; None where it is."""
        return self.service.problem(self._started)

    def end(self) -> None:
        """Ask it to stop, with all it has started in its group; kill what does not."""
        self._group.end()
        self._thread.join()

    def _follow(self) -> None:
        with self.service.log.open("a", encoding="utf-8", errors="replace") as log:

            def write(line: str) -> None:
                log.write(f"{line}\n")
                log.flush()

            def keep(line: str) -> None:
                self.last.append(line)
                write(line)

            write(f"-- {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: started")
            self.status = self._group.follow(keep)
            write(f"-- {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: exit status {self.status}")
