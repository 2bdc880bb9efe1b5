"""Run a build in this process: a thread for each stage at work."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TextIO

from penstock.engine.build import Build
from penstock.engine.outcome import Outcome, Result
from penstock.engine.stages import Stage

LOGS = Path(".penstock") / "logs"
RETRY_SECONDS = 10.0


class Watcher(Protocol):
    """Whoever shows a run; called from the threads of the stages."""

    def started(self, stage: Stage) -> None: ...
    def said(self, stage: Stage, line: str) -> None: ...
    def ended(self, stage: Stage, result: Result) -> None: ...


def log_of(address: str) -> Path:
    """Where the output of the stage's last run lies, relative to the root."""
    return LOGS / f"{address.replace('/', '_')}.log"


def run_here(build: Build, watcher: Watcher, jobs: int | None = None) -> dict[str, Result]:
    """Run every stage of `build`, side by side where there is room; how each ended.

    Args:
        jobs: the most stages at work at a time; by default as many as the machine holds.
    """
    (build.root / LOGS).mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max(len(build.graph.stages), 1)) as pool:

        def submit(stage: Stage, upstream: Sequence[Future[Result]]) -> Future[Result]:
            above = [future.result().outcome for future in upstream]
            return pool.submit(_run, build, stage, above, watcher)

        futures = build.schedule(submit, jobs)
    return {address: future.result() for address, future in futures.items()}


def _run(build: Build, stage: Stage, above: Sequence[Outcome], watcher: Watcher) -> Result:
    """All attempts at one stage; its output also goes to its log."""
    watcher.started(stage)
    with _Log(build.root / log_of(stage.address)) as log:

        def say(line: str) -> None:
            log.write(line)
            watcher.said(stage, line)

        for attempt in range(stage.meta.retries + 1):
            result = build.run(stage, above, say)
            left = stage.meta.retries - attempt
            if result.outcome is not Outcome.FAILED or not left or not build.may_try_again(stage):
                break
            pause = RETRY_SECONDS * 2**attempt
            say(f"failed; another attempt in {pause:.0f} s ({left} left)")
            build.closing.wait(pause)
    watcher.ended(stage, result)
    return result


class _Log:
    """The file that a stage's output goes to; the one before stays where there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> _Log:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, line: str) -> None:
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", buffering=1)
        self._file.write(f"{time.strftime('%H:%M:%S')} {line}\n")
