"""Keep services alive: whoever ends comes back, later each time, until all are to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from penstock.core.errors import PenstockError
from penstock.services import descendants
from penstock.services.service import Running, Service

START_SECONDS = 180.0
# A server that answers nothing for so long is ended and started again.
PATIENCE_SECONDS = 60.0
CHECK_SECONDS = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY_SECONDS = 120.0  # after which the next end is the first again
POLL_SECONDS = 0.2


class DidNotStart(PenstockError):
    """A service ended, or did not answer, when all were to come up."""

    def __init__(self, service: Service, problem: str, last: Sequence[str]) -> None:
        lines = "\n".join(f"  | {line}" for line in last)
        super().__init__(
            f"{service.name} did not start: {problem}\n{lines}\n"
            f"  fix: mend what it says, then: penstock up   (its whole log: {service.log})"
        )


class Stopped(Exception):
    """The stop was asked for while services were still coming up."""


@dataclass
class Post:
    """One service and what became of it; times are of the monotonic clock."""

    service: Service
    running: Running | None = None
    started: float = 0.0
    answered: float | None = None  # since it was started
    pause: float = FIRST_PAUSE
    due: float = 0.0
    is_well: bool = False

    @property
    def age(self) -> float:
        return time.monotonic() - self.started

    @property
    def silence(self) -> float:
        """Seconds in which it might have answered, beyond what it is given."""
        if self.answered is None:
            return self.age - START_SECONDS
        return time.monotonic() - self.answered - PATIENCE_SECONDS


class Supervisor:
    """Services that live and end together; they are stopped in the reverse order of their start.

    Args:
        stop: set when all is to end.
        say: takes a sentence about a service: its name, what happened.
        note: takes the pids of all that run, whenever one has started.
    """

    def __init__(
        self,
        stop: threading.Event,
        say: Callable[[str, str], None],
        note: Callable[[Collection[int]], None] = lambda _: None,
    ) -> None:
        self._stop = stop
        self._say = say
        self._note = note
        self._waves: list[list[Post]] = []

    def start(self, *services: Service) -> None:
        """Start them at once and wait until each is ready.

        Raises:
            DidNotStart: one ended, or was not ready within START_SECONDS.
            Stopped: the stop was asked for.
        """
        waiting = [Post(service) for service in services]
        self._waves.append(list(waiting))
        for post in waiting:
            self._launch(post)
        while waiting:
            for post in list(waiting):
                if _came_up(post):
                    waiting.remove(post)
                    self._say(post.service.name, f"ready after {post.age:.0f} s")
            if waiting and self._stop.wait(POLL_SECONDS):
                raise Stopped

    def watch(self) -> None:
        """Until the stop: bring back whoever ended or answers no more."""
        while not self._stop.wait(CHECK_SECONDS):
            for post in self._posts:
                self._look(post)
            descendants.reap(self._pids())

    def stop(self) -> None:
        """End them all, the last wave first; nothing that they started is left."""
        for wave in reversed(self._waves):
            with ThreadPoolExecutor() as pool:
                list(pool.map(_end, wave))
            descendants.end_orphans(self._pids())

    @property
    def _posts(self) -> list[Post]:
        return [post for wave in self._waves for post in wave]

    def _pids(self) -> set[int]:
        running = [post.running for post in self._posts if post.running]
        return {one.pid for one in running if not one.is_over}

    def _look(self, post: Post) -> None:
        """Judge one service; start it again when its pause is over."""
        running, service = post.running, post.service
        if running is not None and running.is_over:
            self._lay_off(post, f"ended with exit status {running.status}")
        elif service.needs and not self._is_well(service.needs):
            post.answered = time.monotonic()  # it can't be blamed
        elif running is None:
            if time.monotonic() >= post.due:
                self._launch(post)
                self._say(service.name, "started again")
        elif running.problem is None:
            if not post.is_well:
                first = post.answered is None
                self._say(
                    service.name, f"ready after {post.age:.0f} s" if first else "answers again"
                )
            post.is_well, post.answered = True, time.monotonic()
            if post.age > STEADY_SECONDS:
                post.pause = FIRST_PAUSE
        else:
            post.is_well = False
            if post.silence > 0:
                running.end()
                self._lay_off(post, "gave no answer")

    def _launch(self, post: Post) -> None:
        post.running = Running(post.service)
        post.started, post.answered, post.is_well = time.monotonic(), None, False
        self._note(self._pids())

    def _is_well(self, name: str) -> bool:
        return any(post.is_well for post in self._posts if post.service.name == name)

    def _lay_off(self, post: Post, why: str) -> None:
        self._say(post.service.name, f"{why}; it comes back in {post.pause:.0f} s")
        post.running, post.is_well = None, False
        post.due = time.monotonic() + post.pause
        post.pause = min(2 * post.pause, LONGEST_PAUSE)


def _came_up(post: Post) -> bool:
    """Whether a service that was started is ready; raises DidNotStart where it won't be."""
    assert post.running is not None
    if post.running.is_over:
        ended = f"it ended with exit status {post.running.status}"
        raise DidNotStart(post.service, ended, list(post.running.last))
    problem = post.running.problem
    if problem is None:
        post.is_well, post.answered = True, time.monotonic()
    elif post.age > START_SECONDS:
        late = f"not ready after {START_SECONDS:.0f} s ({problem})"
        raise DidNotStart(post.service, late, list(post.running.last))
    return problem is None


def _end(post: Post) -> None:
    """What it has started ends first, so that it can still tell of it: a worker of its run."""
    if post.running is not None:
        descendants.end_below(post.running.pid)
        post.running.end()
