"""A sweep under Prefect: one task per trial, whose state says how it ended.

`python flows/sweep.py P-C` runs it here, with a temporary Prefect server unless PREFECT_API_URL
names one. It is the sweep of `penstock sweep`, trial by trial: either goes on with the other's.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from penstock.core.telemetry import silence

silence()
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

from prefect import State, flow, get_run_logger, task  # noqa: E402 - silence comes first
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.futures import PrefectFuture  # noqa: E402
from prefect.states import Completed, Failed  # noqa: E402
from server import ending, run_by_hand  # noqa: E402

from penstock.core.config import load_params  # noqa: E402
from penstock.core.errors import PenstockError  # noqa: E402
from penstock.core.workspace import find_root  # noqa: E402
from penstock.effects.sweep.ended import State as TrialState  # noqa: E402
from penstock.effects.sweep.here import conclude  # noqa: E402
from penstock.effects.sweep.order import submit_in_order  # noqa: E402
from penstock.effects.sweep.run import Sweep  # noqa: E402
from penstock.effects.sweep.track import Runs  # noqa: E402
from penstock.engine.artifacts import artifact_key  # noqa: E402


@flow(name="sweep", persist_result=False)
def sweep(
    candidate: str, trials: int | None = None, jobs: int | None = None, write: bool = False
) -> State:
    """Try settings of a candidate on the split kept for choosing, and compare them.

    Args:
        candidate: A key of `sweeps` in params.yaml, as fraud-xgboost.
        trials: Trials in all, those that have ended before among them. None: as params.yaml says.
        jobs: The most trials at work at a time. None: as many as there are cores for.
        write: Change params.yaml where a trial is better than what stands there. Else the
            change is left as a patch.
    """
    root = find_root()
    try:
        with Sweep(root, load_params(root), candidate, trials, jobs) as sweeping:
            ending.first(sweeping.close)
            return _run(sweeping, write)
    except PenstockError as error:
        return Failed(message=str(error))


def _run(sweeping: Sweep, write: bool) -> State:
    runs = Runs(sweeping.study)
    runs.begin()

    def submit(number: int) -> PrefectFuture[Any]:
        named = run_trial.with_options(task_run_name=f"trial {number}")
        return named.submit(sweeping, runs, number, return_state=False)

    futures = submit_in_order(sweeping, submit)
    for future in futures.values():
        future.wait()
    if sweeping.closed:
        ends = [future.state for future in futures.values() if not future.state.is_completed()]
        return Failed(message="\n".join(str(end.message) for end in ends))
    receipt = conclude(sweeping, runs, write)
    told, _, rest = receipt["says"].partition("\n\n")
    diff = f"\n```diff\n{receipt['diff']}```\n" if receipt["diff"] else ""
    page = f"```\n{told}\n```\n{diff}\n{rest.removeprefix(receipt['diff']).strip()}\n"
    create_markdown_artifact(page, key=artifact_key("sweep", sweeping.study.candidate))
    return Completed(message=receipt["says"])


@task(name="trial", cache_policy=NO_CACHE, persist_result=False)
def run_trial(sweeping: Sweep, runs: Runs, number: int) -> State:
    """One trial; how it ended is the state's name."""
    try:
        ended = sweeping.run(number, get_run_logger().info)
    except PenstockError as error:
        return Failed(message=str(error))
    runs.add(ended)
    if ended.state is TrialState.FAILED:
        return Failed(message=ended.why)
    values = ", ".join(f"{name} {value}" for name, value in ended.values.items())
    said = f"{sweeping.study.metric} {ended.value:.4f} with {values}"
    return Completed(name=ended.state, message=said)


def main(arguments: list[str]) -> int:
    """Run the flow; the exit status."""
    parser = argparse.ArgumentParser(prog="sweep.py", description="A sweep under Prefect.")
    parser.add_argument("candidate", help="a key of sweeps in params.yaml")
    parser.add_argument("--trials", type=int, help="trials in all")
    parser.add_argument("--jobs", type=int, help="the most trials at work at a time")
    parser.add_argument("--write", action="store_true", help="change params.yaml")
    asked = parser.parse_args(arguments)
    return run_by_hand(lambda: sweep(**vars(asked), return_state=True))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
