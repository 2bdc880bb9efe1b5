"""The graph of dvc.yaml under Prefect: one task per stage, compiled when the flow runs.

`python flows/pipeline.py [TARGET …]` runs it here, with a temporary Prefect server unless
PREFECT_API_URL names one. DVC alone decides what has changed; Prefect decides when, in
parallel and how often again, and shows it.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from penstock.core.telemetry import silence

silence()
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

from prefect import State, flow, get_run_logger, task  # noqa: E402 - silence comes first
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.futures import PrefectFuture  # noqa: E402
from prefect.settings import PREFECT_API_URL  # noqa: E402
from prefect.states import Completed, Failed  # noqa: E402

from penstock.core.config import load_params  # noqa: E402
from penstock.core.errors import PenstockError  # noqa: E402
from penstock.core.workspace import find_root  # noqa: E402
from penstock.effects.publish import publish  # noqa: E402
from penstock.effects.reach import why_silent  # noqa: E402
from penstock.engine.build import Build  # noqa: E402
from penstock.engine.ending import Ending  # noqa: E402
from penstock.engine.leaderboard import to_markdown  # noqa: E402
from penstock.engine.runner import available_cores, submit_in_order  # noqa: E402
from penstock.engine.stages import Stage  # noqa: E402
from penstock.engine.worker import Outcome  # noqa: E402
from penstock.pages.leaderboard import leaderboards  # noqa: E402

RETRY_SECONDS = 10
ending = Ending()


class PrefectUnreachable(PenstockError):
    """No Prefect server answers where PREFECT_API_URL points."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"no answer from the Prefect server {url}: {problem}\n"
            "  fix: prefect server start   (or mend PREFECT_API_URL; unset, the run starts a "
            "temporary server)"
        )


@task(cache_policy=NO_CACHE, persist_result=False)
def run_stage(build: Build, stage: Stage, upstream: list[str]) -> State:
    """One attempt at a stage; how it ended is the state's name."""
    result = build.run(stage, upstream, get_run_logger().info)
    if result.outcome is Outcome.FAILED:
        return Failed(message=result.message)
    return Completed(name=result.outcome, message=result.message)


@task(name="publish", task_run_name="publish", cache_policy=NO_CACHE, persist_result=False)
def track(root: Path, projects: list[str]) -> State:
    """Make each candidate an MLflow run, unless there is one of the same content."""
    try:
        receipts = publish(root, load_params(root), projects)
    except PenstockError as error:
        return Failed(message=str(error))
    for receipt in receipts:
        get_run_logger().info(receipt["says"])
    made = sum(receipt["created"] for receipt in receipts)
    outcome = Outcome.RAN if made else Outcome.CACHED
    return Completed(name=outcome, message=f"{made} new runs of {len(receipts)}")


@flow(name="pipeline", persist_result=False)
def pipeline(targets: list[str] | None = None) -> State:
    """Bring `targets` (by default all) up to date, track the candidates, show the leaderboards."""
    try:
        with Build(find_root(), targets or ()) as build:
            ending.first(build.close)
            return _run(build)
    except PenstockError as error:
        return Failed(message=str(error))


def _run(build: Build) -> State:
    def submit(stage: Stage, upstream: Sequence[PrefectFuture[Any]]) -> PrefectFuture[Any]:
        attempt = run_stage.with_options(
            name=stage.address.partition("@")[0],
            task_run_name=stage.address,
            retries=stage.meta.retries,
            retry_delay_seconds=RETRY_SECONDS,
            retry_condition_fn=lambda *_: build.may_try_again(stage),
        )
        ended = [_outcome(future) for future in upstream]
        return attempt.submit(build, stage, ended, wait_for=upstream, return_state=False)

    futures = submit_in_order(build.graph, submit, available_cores())
    outcomes = {address: _outcome(future) for address, future in futures.items()}
    verdict = build.finish(outcomes)
    projects = build.evaluated(outcomes)
    if projects:
        tracked = track(build.root, projects, return_state=True)
        for board in leaderboards(build.root, load_params(build.root), projects):
            key = re.sub("[^a-z0-9]+", "-", f"leaderboard-{board.project}".lower())
            create_markdown_artifact(to_markdown(board), key=key)
        if not tracked.is_completed():
            return Failed(message=f"{verdict.message}\n{tracked.message}")
    if verdict.complete:
        return Completed(message=verdict.message)
    return Failed(message=verdict.message)


def _outcome(future: PrefectFuture[Any]) -> str:
    future.wait()  # it is done; this makes its state known here without asking the server
    return future.state.name or ""


def _is_news(record: logging.LogRecord) -> bool:
    """Prefect logs a state that failed as if it were an exception, then the same when it ends."""
    return not (record.exc_info and record.exc_info[0] is None)


def _leave(number: int, frame: object) -> None:
    """Leave in order: Prefect hands SIGTERM on to this when the run's end is reported."""
    raise SystemExit(128 + number)


def _prepare() -> None:
    """Make sure of the server, and of what a signal does; raises PrefectUnreachable."""
    logging.getLogger("prefect.task_runs").addFilter(_is_news)
    url = PREFECT_API_URL.value()
    if url:
        silent = why_silent(f"{url.rstrip('/')}/health")
        if silent:
            raise PrefectUnreachable(url, silent)
        signal.signal(signal.SIGTERM, _leave)
        return
    from prefect.server.api.server import SubprocessASGIServer

    ending.first(lambda: SubprocessASGIServer().stop())  # the one that Prefect starts
    ending.watch()


def main(targets: list[str]) -> int:
    """Run the flow; the exit status."""
    try:
        _prepare()
        final = pipeline(targets, return_state=True)
    except PenstockError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    print(final.message)
    return 0 if final.is_completed() else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
