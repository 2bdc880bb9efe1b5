"""The tasks of the pipeline: a stage, and each effect that comes before or after the stages."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from prefect import State, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import StateDetails
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed

from penstock.core.config import load_params
from penstock.core.errors import PenstockError
from penstock.effects.publish import publish
from penstock.effects.record_build import record_build
from penstock.effects.worktree import Worktree
from penstock.engine.artifacts import artifact_key, stage_page
from penstock.engine.build import Build
from penstock.engine.outcome import Outcome
from penstock.engine.stages import Stage

PAGES = "PENSTOCK_PAGES_URL"
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS, JITTER = 10.0, 600.0, 0.3


@dataclass(frozen=True)
class Place:
    """Where a run takes place: in the workspace, or in the worktree `tree` of it."""

    workspace: Path
    root: Path
    tree: Worktree | None = None


def retry_delays(retries: int) -> list[float]:
    """Seconds before each further attempt: they double, up to a limit."""
    return [min(FIRST_RETRY_SECONDS * 2**n, LONGEST_RETRY_SECONDS) for n in range(retries)]


# An effect is tried again where its error may pass by itself, as when a network is down.
PATIENT: dict[str, Any] = {
    "cache_policy": NO_CACHE,
    "persist_result": False,
    "retries": 3,
    "retry_delay_seconds": retry_delays(3),
    "retry_jitter_factor": JITTER,
    "retry_condition_fn": lambda _task, _run, state: state.data is True,
}


def show(make: Callable[..., object], key: str, *content: Any, **more: Any) -> None:
    """Make an artifact; where the server is gone or overloaded, the run goes on without it."""
    try:
        make(*content, key=key, **more)
    except Exception as error:
        get_run_logger().warning("no artifact %s: %s", key, error)


@task(name="refresh", **PATIENT)
def look(root: Path, project: str, as_of: date | None) -> State:
    """Record which version of its source a project shall read from now on."""
    from penstock.effects.refresh import refresh  # brings pandas

    try:
        receipt = refresh(root, load_params(root), project, as_of)
    except PenstockError as error:
        return Failed(message=str(error), data=error.passing)
    said = str(receipt).partition("\n")[0]
    get_run_logger().info(said)
    return Completed(name=Outcome.RAN if receipt.changed else Outcome.CACHED, message=said)


@task(cache_policy=NO_CACHE, persist_result=False)
def run_stage(build: Build, place: Place, stage: Stage, upstream: list[str]) -> State:
    """One attempt at a stage; how it ended is the state's name."""
    result = build.run(stage, upstream, get_run_logger().info)
    if result.outcome is Outcome.NOT_READY:
        return Cancelled(name=result.outcome, message=result.message)
    page = stage_page(place.root, place.workspace, stage, result, os.environ.get(PAGES))
    show(create_markdown_artifact, artifact_key("stage", stage.address), page)
    if result.outcome is Outcome.FAILED:
        return Failed(message=result.message)
    return Completed(name=result.outcome, message=result.message)


@task(name="record", task_run_name="record", cache_policy=NO_CACHE, persist_result=False)
def record(tree: Worktree, built: list[str]) -> State:
    """Commit what was built to the branch of the worktree."""
    ran = f"Flow run {flow_run.name} ({flow_run.id}),\nwith the code of {tree.base}."
    message = f"Build {', '.join(built) or 'the whole graph'}\n\n{ran}"
    try:
        receipt = record_build(tree, message)
    except PenstockError as error:
        return Failed(message=str(error))
    get_run_logger().info(str(receipt))
    return Completed(name=Outcome.RAN if receipt.created else Outcome.CACHED, message=str(receipt))


@task(name="publish", task_run_name="publish", **PATIENT)
def track(root: Path, projects: list[str]) -> State:
    """Make each candidate an MLflow run, unless there is one of the same content."""
    try:
        receipts = publish(root, load_params(root), projects)
    except PenstockError as error:
        return Failed(message=str(error), data=error.passing)
    for receipt in receipts:
        get_run_logger().info(receipt["says"])
    made = sum(receipt["created"] for receipt in receipts)
    outcome = Outcome.RAN if made else Outcome.CACHED
    return Completed(name=outcome, message=f"{made} new runs of {len(receipts)}")


@task(name="promote", **PATIENT)
def promote_best(root: Path, project: str) -> State:
    """Let the project's challengers meet its champion; a refusal is a decision, no failure."""
    from penstock.effects.promote import promote
    from penstock.effects.registry import follow

    try:
        receipt = promote(root, load_params(root), project)
    except PenstockError as error:
        return Failed(message=str(error), data=error.passing)
    followed = [follow(root, project)] if receipt["champion"] else []
    for line in [*receipt["says"].splitlines(), *followed]:
        get_run_logger().info(line)
    show(create_markdown_artifact, artifact_key("promotion", project), receipt["markdown"])
    outcome = Outcome.RAN if receipt["created"] else Outcome.CACHED
    return Completed(name=outcome, message=receipt["says"])


def outcome_of(future: PrefectFuture[Any]) -> str:
    future.wait()  # it is done; this makes its state known here without asking the server
    return future.state.name or ""


def edge_from(future: PrefectFuture[Any]) -> State:
    """What draws an edge from a task that has ended, however it ended, to the next.

    Prefect leaves a task whose upstream has failed pending for ever; ours end as "Not ready".
    """
    return Completed(data=True, state_details=StateDetails(task_run_id=future.task_run_id))
