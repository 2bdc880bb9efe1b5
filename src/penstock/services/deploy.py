"""Tell a Prefect server what to run and when: pool, deployments of prefect.yaml, automations."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from penstock.core.errors import PenstockError
from penstock.effects.reach import why_silent
from penstock.services.automations import register, watch_runs
from penstock.services.notify import register_notification
from penstock.services.pool import register_pool
from penstock.services.running import read_running

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.responses import DeploymentResponse

PREFECT_YAML = "prefect.yaml"


class NoPrefectServer(PenstockError):
    """No Prefect server is known, or the one that is does not answer."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem}\n  fix: penstock up   (or export PREFECT_API_URL=http://HOST:PORT/api)"
        )


class NotDeployed(PenstockError):
    """`prefect deploy` refused prefect.yaml."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"{PREFECT_YAML} was not deployed:\n{said}\n"
            f"  fix: mend {PREFECT_YAML} (penstock lint says what it can), then: penstock deploy"
        )


def deploy(root: Path) -> Iterator[str]:
    """Register all, once: a second call changes nothing that has not changed.

    What a person has switched on or off in the UI (a schedule, an automation) stays so.

    Yields:
        A sentence about each.

    Raises:
        NoPrefectServer: PREFECT_API_URL and `penstock up` name none that answers.
        NotDeployed: prefect.yaml was refused.
        BadNotifyUrl: see `notify`.
    """
    os.environ["PREFECT_API_URL"] = api = find_api(root)  # before prefect reads its settings
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        yield register_pool(client)
        if (root / PREFECT_YAML).is_file():
            with _switches_kept(client):
                _prefect_deploy(root, api)
        for deployment in sorted(client.read_deployments(), key=lambda one: one.name):
            yield f"deployment {deployment.name}: {_when(deployment)}"
        for automation in watch_runs():
            yield register(client, automation)
        yield register_notification(client)


def find_api(root: Path) -> str:
    """The API of the server that PREFECT_API_URL names, else of the one that `penstock up` runs.

    Raises:
        NoPrefectServer: neither, or it does not answer.
    """
    running = read_running(root)
    named = os.environ.get("PREFECT_API_URL") or (running and f"{running.prefect}/api")
    if not named:
        raise NoPrefectServer("no Prefect server is known here")
    silent = why_silent(f"{named.rstrip('/')}/health")
    if silent:
        raise NoPrefectServer(f"no answer from the Prefect server {named}: {silent}")
    return named.rstrip("/")


def _when(deployment: DeploymentResponse) -> str:
    """When it runs, in words."""
    said = [
        f"schedule {one.slug or ''} {'on' if one.active else 'off'}" for one in deployment.schedules
    ]
    return ", ".join(said) or "no schedule; an event starts it, or you"


def _prefect_deploy(root: Path, api: str) -> None:
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    environment: Mapping[str, str] = {**os.environ, "PREFECT_API_URL": api}
    done = subprocess.run(
        [*command, "--prefect-file", PREFECT_YAML],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotDeployed((done.stdout + done.stderr).strip())


@contextmanager
def _switches_kept(client: SyncPrefectClient) -> Iterator[None]:
    """prefect.yaml says how a schedule begins; whether it is on now is for the UI to say."""
    before = {
        (one.id, schedule.slug): schedule.active
        for one in client.read_deployments()
        for schedule in one.schedules
    }
    yield
    for one in client.read_deployments():
        for schedule in one.schedules:
            was = before.get((one.id, schedule.slug), schedule.active)
            if was != schedule.active:
                client.update_deployment_schedule(one.id, schedule.id, active=was)
