"""The graph of dvc.yaml under Prefect: one task per stage, compiled when the flow runs.

`python flows/pipeline.py [TARGET …]` runs it here, with a temporary Prefect server unless
PREFECT_API_URL names one. DVC alone decides what has changed; Prefect decides when, in
parallel and how often again, and shows it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from penstock.core.telemetry import silence

silence()
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", "30")  # who falls silent has crashed

from prefect import State, flow, get_run_logger  # noqa: E402 - silence comes first
from prefect.artifacts import create_markdown_artifact, create_table_artifact  # noqa: E402
from prefect.futures import PrefectFuture  # noqa: E402
from prefect.runtime import flow_run  # noqa: E402
from prefect.states import Completed, Failed  # noqa: E402
from server import ending, run_by_hand  # noqa: E402
from steps import (  # noqa: E402
    JITTER,
    Place,
    edge_from,
    look,
    outcome_of,
    promote_best,
    record,
    retry_delays,
    run_stage,
    show,
    track,
)

from penstock.core.config import load_params  # noqa: E402
from penstock.core.errors import PenstockError  # noqa: E402
from penstock.core.workspace import find_root  # noqa: E402
from penstock.effects.runs_page import link_to_runs  # noqa: E402
from penstock.effects.worktree import expect_inputs, open_worktree  # noqa: E402
from penstock.engine.artifacts import artifact_key, plan_rows  # noqa: E402
from penstock.engine.build import RUN_LOCK, Build  # noqa: E402
from penstock.engine.cache import check_out  # noqa: E402
from penstock.engine.exclusive import Holder, exclusive  # noqa: E402
from penstock.engine.graph.compile import compile_graph  # noqa: E402
from penstock.engine.leaderboard import to_markdown  # noqa: E402
from penstock.engine.outcome import Outcome  # noqa: E402
from penstock.engine.sources import sources_of  # noqa: E402
from penstock.engine.stages import Stage  # noqa: E402
from penstock.lineage import evaluate_address  # noqa: E402
from penstock.pages.leaderboard import leaderboards  # noqa: E402

Futures = Mapping[str, PrefectFuture[Any]]


@dataclass(frozen=True)
class Asked:
    """What a run was asked for, see the parameters of the flow; `stopping` once it is to end."""

    addresses: list[str]
    as_of: date | None
    promote: bool
    force: bool
    event: dict[str, Any]
    stopping: threading.Event = field(default_factory=threading.Event)


@flow(name="pipeline", persist_result=False)
def pipeline(
    targets: list[str] = [],  # noqa: B006 - Prefect shows it in a form, and nobody changes it
    projects: list[str] = [],  # noqa: B006
    refresh: bool = False,
    as_of: date | None = None,
    branch: str | None = None,
    promote: bool = True,
    force: bool = False,
    event: dict[str, Any] | None = None,
) -> State:
    """Bring the graph up to date, track the candidates, show them and promote the best.

    Args:
        targets: Stages to bring up to date with all they need, as train@fraud-forest, or all
            stages of a template, as evaluate. None named: those of `projects`, or the whole graph.
        projects: Bring these projects up to date, each as far as its evaluation.
        refresh: First look whether the sources hold new data. Nothing new, and nothing else
            changed: every stage is Cached.
        as_of: Look at the sources as of that day, later rows don't exist yet; for sources that
            can go back in time. A day means `refresh`.
        branch: Run in a worktree of its own and, if every stage succeeds, commit dvc.lock and the
            records of the sources to this branch, as penstock/nightly. None: run in the workspace
            and commit nothing.
        promote: At the end, let the challengers of projects with a block under `promotion` in
            params.yaml meet the champion.
        force: Run every command, whether anything has changed or not.
        event: Payload of the event that asked for this run, as penstock.drift. Its key `project`
            is added to `projects`.
    """
    try:
        with _place(find_root(), branch) as place:
            named = [_evaluation(place.root, name) for name in _names(projects, event)]
            asked = Asked([*targets, *named], as_of, promote, force, event or {})
            refreshed = _refresh(place, asked) if refresh or as_of else {}
            ends = [future.state for future in refreshed.values()]
            if not all(end.is_completed() for end in ends):
                return Failed(
                    message="\n".join(str(end.message) for end in ends if end.is_failed())
                )
            return _build(place, asked, refreshed)
    except PenstockError as error:
        return Failed(message=str(error))


def _names(projects: Sequence[str], event: Mapping[str, Any] | None) -> list[str]:
    """The projects asked for, with the one that an event tells of."""
    told = (event or {}).get("project")
    return list(dict.fromkeys([*projects, *([str(told)] if told else [])]))


def _evaluation(root: Path, project: str) -> str:
    load_params(root).project(project)
    return evaluate_address(project)


@contextlib.contextmanager
def _place(workspace: Path, branch: str | None) -> Iterator[Place]:
    if not branch:
        yield Place(workspace, workspace)
        return
    what = f"flow run {flow_run.name}"
    with open_worktree(workspace, branch, what, _say_waiting) as tree:
        get_run_logger().info("runs in %s, with the code of %s", tree.root, tree.base[:8])
        yield Place(workspace, tree.root, tree)


def _say_waiting(holder: Holder | None) -> None:
    get_run_logger().info("waiting for the end of %s", holder or "another run")


def _refresh(place: Place, asked: Asked) -> Futures:
    """Look at the sources that the targets read, all at once, while no run reads the records."""
    names = sources_of(compile_graph(place.root).select(asked.addresses).stages.values())
    with exclusive(place.root / RUN_LOCK, "refresh", _say_waiting):
        looks = {
            name: look.with_options(task_run_name=f"refresh@{name}").submit(
                place.root, name, asked.as_of
            )
            for name in names
        }
        for future in looks.values():
            future.wait()
    return looks


def _build(place: Place, asked: Asked, refreshed: Futures) -> State:
    if place.tree:
        check_out(place.root, asked.addresses)
    with Build(place.root, asked.addresses, force=asked.force, waiting=_say_waiting) as build:
        ending.first(build.close)
        if place.tree:
            expect_inputs(place.tree, build.graph)
        try:
            rows = plan_rows(build.plan)
            show(create_table_artifact, "plan", rows, description=_request(asked))
            futures = _run(build, place, asked, refreshed)
            return _finish(build, place, asked, futures)
        except BaseException:
            asked.stopping.set()  # what is ended now is not tried again
            raise


def _run(build: Build, place: Place, asked: Asked, refreshed: Futures) -> Futures:
    """Every stage as a task, its edges drawn from the tasks that made what it reads."""

    def submit(stage: Stage, upstream: Sequence[PrefectFuture[Any]]) -> PrefectFuture[Any]:
        attempt = run_stage.with_options(
            name=stage.address.partition("@")[0],
            task_run_name=stage.address,
            retries=stage.meta.retries,
            retry_delay_seconds=retry_delays(stage.meta.retries),
            retry_jitter_factor=JITTER,
            retry_condition_fn=lambda *_: (
                build.may_try_again(stage) and not asked.stopping.is_set()
            ),
        )
        ended = [outcome_of(future) for future in upstream]
        looks = [refreshed[name] for name in sources_of([stage]) if name in refreshed]
        edges = [edge_from(future) for future in [*looks, *upstream]]
        return attempt.submit(build, place, stage, ended, wait_for=edges, return_state=False)

    return build.schedule(submit)


def _finish(build: Build, place: Place, asked: Asked, futures: Futures) -> State:
    """What comes after the last stage: record the build, track, show and promote."""
    outcomes = {address: outcome_of(future) for address, future in futures.items()}
    verdict = build.finish(outcomes)
    projects = build.evaluated(outcomes)
    if place.tree and not verdict.complete:
        return Failed(message=f"{verdict.message}\n  nothing is recorded on {place.tree.branch}")
    ends: list[State] = []
    if place.tree:
        every = [edge_from(future) for future in futures.values()]
        ends.append(
            record(place.tree, projects or asked.addresses, wait_for=every, return_state=True)
        )
    if projects and all(end.is_completed() for end in ends):
        edges = [edge_from(futures[evaluate_address(name)]) for name in projects]
        ends.append(track(build.root, projects, wait_for=edges, return_state=True))
        ends += _show(build.root, projects, edges, asked.promote)
    failed = [str(end.message) for end in ends if not end.is_completed()]
    if not verdict.complete or failed:
        return Failed(message="\n".join([verdict.message, *failed]))
    idle = all(one == Outcome.CACHED for one in outcomes.values())
    return Completed(name=Outcome.CACHED if idle else "Completed", message=verdict.message)


def _show(
    root: Path, projects: Sequence[str], edges: Sequence[State], promote: bool
) -> Iterator[State]:
    """A leaderboard for each project; then those that say when a challenger wins are judged."""
    params = load_params(root)
    for board in leaderboards(root, params, projects):
        text = "\n".join(filter(None, [to_markdown(board), link_to_runs(board.project)]))
        show(create_markdown_artifact, artifact_key("leaderboard", board.project), text)
    for name in projects if promote else ():
        if name in params.promotion:
            judge = promote_best.with_options(task_run_name=f"promote@{name}")
            yield judge(root, name, wait_for=edges, return_state=True)


def _request(asked: Asked) -> str:
    """What the run was asked for, in Markdown, to stand above its plan."""
    what = ", ".join(f"`{one}`" for one in asked.addresses) or "the whole graph"
    said = [f"Asked for: {what}" + (", whether anything has changed or not" if asked.force else "")]
    if asked.event:
        payload = json.dumps(asked.event, indent=2, default=str)
        said += ["", "An event asked for it, with this payload:", "", "```json", payload, "```"]
    return "\n".join(said)


def main(arguments: list[str]) -> int:
    """Run the flow; the exit status."""
    parser = argparse.ArgumentParser(prog="pipeline.py", description="The graph under Prefect.")
    parser.add_argument("targets", nargs="*", help="stages or templates; the whole graph if none")
    parser.add_argument("--project", action="append", default=[], dest="projects")
    parser.add_argument("--refresh", action="store_true", help="look for new data first")
    parser.add_argument("--as-of", type=date.fromisoformat, help="refresh as of YYYY-MM-DD")
    parser.add_argument("--branch", help="run in a worktree, commit the build to this branch")
    parser.add_argument("--no-promote", action="store_false", dest="promote")
    parser.add_argument("--force", action="store_true", help="run every command")
    asked = parser.parse_args(arguments)
    return run_by_hand(lambda: pipeline(**vars(asked), return_state=True))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
