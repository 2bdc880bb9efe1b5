"""A sweep at work: its trials one by one or beside one another, each a process of its own."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Self

from penstock.core.config import Params
from penstock.effects.sweep.begin import begin
from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.errors import PresentFails, Stopped, SweepAtWork, TooManyJobs
from penstock.effects.sweep.study import Study
from penstock.effects.sweep.suggest import suggest, twin
from penstock.engine.exclusive import Taken, exclusive
from penstock.engine.processes import ProcessGroup
from penstock.engine.resources import available


class Sweep:
    """The sweep of one candidate, held by this process until it is closed.

    Args:
        root: the checkout.
        trials: how many are asked for; None for as many as params.yaml says.
        jobs: trials at work at a time; None for as many as there are cores for.

    Attributes:
        study: what it is about.
        closed: none of its trials starts any more.

    Raises:
        What `begin` does; SweepAtWork, TooManyJobs.
    """

    def __init__(
        self,
        root: Path,
        params: Params,
        candidate: str,
        trials: int | None = None,
        jobs: int | None = None,
    ) -> None:
        self.study: Study = begin(root, params, candidate)
        self.trials = trials or params.sweeps[candidate].trials
        allowed = self.study.sweep.parallel
        if jobs is not None and jobs > allowed:
            raise TooManyJobs(candidate, jobs, allowed)
        self.jobs = jobs or min(allowed, max(1, available().cores // params.threads))
        self._gate = threading.RLock()  # a signal may close it amid `close`
        self._ends = threading.Condition()
        self._at_work: set[ProcessGroup] = set()
        self.closed = False
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._stack.enter_context(exclusive(self.study.folder / "lock", "penstock sweep"))
        except Taken as taken:
            raise SweepAtWork(self.study.candidate, taken.holder or "?") from None
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._stack.close()

    def close(self) -> None:
        """End every trial that is at work; none starts after this."""
        with self._gate:
            self.closed = True
            left = list(self._at_work)
        for group in left:
            group.ask()
        for group in left:
            group.end()

    def waiting(self) -> list[int]:
        """Numbers of the trials that have not ended, in order."""
        return [n for n in range(self.trials) if self.study.ended(n) is None]

    def ask(self, number: int) -> None:
        """Settle what trial `number` tries, in the order of the numbers.

        All that it learns from has ended: the trials up to `number` - `parallel`.
        """
        if not self.study.was_asked(number):
            self.study.ask(number, suggest(self.study, number))

    def run(self, number: int, say: Callable[[str], None]) -> Ended:
        """Bring trial `number` to its end, its output line by line to `say`.

        Safe to call from many threads, after `ask`.

        Raises:
            Stopped: the sweep was closed meanwhile; nothing is recorded.
            PresentFails: it is trial 0, and it failed.
        """
        try:
            same = twin(self.study, number, self.study.asked(number))
            if same is None:
                ended = self._fit(number, say)
            else:
                ended = replace(self._wait_for(same), number=number, seconds=0.0)
                self.study.end(ended)
            if number == 0 and ended.state is State.FAILED:
                raise PresentFails(self.study, ended.why)
        except BaseException:
            self.close()  # whoever waits for this trial need not any more
            raise
        finally:
            with self._ends:
                self._ends.notify_all()
        return ended

    def _wait_for(self, number: int) -> Ended:
        with self._ends:
            while (ended := self.study.ended(number)) is None:
                if self.closed:
                    raise Stopped(number)
                self._ends.wait(0.5)
        return ended

    def _fit(self, number: int, say: Callable[[str], None]) -> Ended:
        start, last = time.monotonic(), deque[str](maxlen=1)
        with self.study.log_file(number).open("w", encoding="utf-8", buffering=1) as log:

            def hear(line: str) -> None:
                last.append(line)
                log.write(f"{line}\n")
                say(line)

            status = self._follow(number, hear)
        ended = self.study.ended(number)
        if ended is not None:
            return ended
        if self.closed:
            raise Stopped(number)
        how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
        seconds = round(time.monotonic() - start, 1)
        why = f"{how}: {last[0]}" if last else how
        failed = Ended(number, State.FAILED, self.study.asked(number), (), seconds, why)
        self.study.end(failed)
        return failed

    def _follow(self, number: int, hear: Callable[[str], None]) -> int:
        """Run the trial's process; its exit status."""
        life, held = os.pipe()
        try:
            with self._gate:
                if self.closed:
                    raise Stopped(number)
                command, environment = self._command(number, life), self._environment()
                group = ProcessGroup(command, self.study.root, environment, (life,))
                self._at_work.add(group)
            try:
                return group.follow(hear)
            finally:
                group.end()
                with self._gate:
                    self._at_work.discard(group)
        finally:
            os.close(life)
            os.close(held)

    def _command(self, number: int, life: int) -> list[str]:
        module = [sys.executable, "-m", "penstock.effects.sweep.trial"]
        return [*module, str(self.study.root), str(self.study.folder), str(number), str(life)]

    def _environment(self) -> dict[str, str]:
        """This process's, with the code of the checkout first."""
        after = os.environ.get("PYTHONPATH")
        path = os.pathsep.join([str(self.study.root / "src"), *([after] if after else [])])
        return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
