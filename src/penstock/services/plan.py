"""The services of a workspace: their commands, their environments, how each is asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from penstock.effects.reach import is_loopback, public
from penstock.services.address import Address, NotLoopback, PortTaken, reserve
from penstock.services.api import why_no_worker
from penstock.services.automations import HEARTBEAT_SECONDS
from penstock.services.health import problem_at
from penstock.services.pool import POOL
from penstock.services.running import FOLDER
from penstock.services.service import Service

PORTS = {"prefect": 4200, "mlflow": 5000, "reports": 8600}
WORKER = "up"
# The schedules of a server that slept: it knows of one run ahead, so that one was missed, not ten.
ONE_AHEAD = {
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "1",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "1",
}
# Who is silent stays known until it has been judged, however long the server was down.
NOBODY_FORGOTTEN = {"PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER": "P7D"}
# No event is lost to a database that is locked for a moment.
NOTHING_DROPPED = {"PREFECT_MESSAGING_BROKER": "penstock.services.messages"}


@dataclass(frozen=True)
class Plan:
    """What is to run, and where it will be.

    Attributes:
        first: services that wait for nobody.
        worker: takes up runs; it needs the server.
        environment: for commands that talk to the servers.
        prefect, mlflow, reports: addresses for people.
    """

    first: tuple[Service, ...]
    worker: Service
    environment: Mapping[str, str]
    prefect: str
    mlflow: str
    reports: str


def make_plan(root: Path, host: str, ports: Mapping[str, int], *, exposed: bool) -> Plan:
    """The services of the workspace `root`.

    Args:
        host: where the servers listen.
        ports: by the names of PORTS; 0 means any that is free.
        exposed: the user has said that a host beyond loopback is meant.

    Raises:
        NotLoopback: it was not said.
        PortTaken: somebody listens there, or another of these servers will.
        NoSuchHost: it is no address of this machine.
    """
    if not is_loopback(host) and not exposed:
        raise NotLoopback(host)
    tracking = os.environ.get("MLFLOW_TRACKING_URI", "")
    elsewhere = tracking.startswith(("http://", "https://"))
    ours = [name for name in PORTS if name != "mlflow" or not elsewhere]
    at: dict[str, Address] = {}
    for name in ours:
        found = reserve(name, host, ports[name])
        if found in at.values():  # two of ours: nobody listens there yet
            raise PortTaken(name, host, found.port)
        at[name] = found
    mlflow = tracking if elsewhere else at["mlflow"].url
    api = f"{at['prefect'].url}/api"
    environment = {
        "PENSTOCK_PAGES_URL": at["reports"].url,  # runs link to the pages they have made
        **_environment(root),
        "PREFECT_API_URL": api,
        "MLFLOW_TRACKING_URI": mlflow,
    }
    prefect, reports = _prefect(root, at["prefect"]), _reports(root, at["reports"])
    first = [prefect, reports] + ([] if elsewhere else [_mlflow(root, at["mlflow"], tracking)])
    worker = _worker(root, environment, api)
    return Plan(
        tuple(first), worker, environment, at["prefect"].url, public(mlflow), at["reports"].url
    )


def _environment(root: Path) -> dict[str, str]:
    """This process's; `python` is this very interpreter, and the database is the workspace's."""
    kept = {
        k: v for k, v in os.environ.items() if k not in {"PREFECT_API_URL", "MLFLOW_TRACKING_URI"}
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    home = os.environ.get("PREFECT_HOME", str(root / ".penstock" / "prefect"))
    return {**kept, "PATH": path, "PYTHONUNBUFFERED": "1", "PREFECT_HOME": home}


def _prefect(root: Path, at: Address) -> Service:
    command = ["prefect", "server", "start", "--host", at.host, "--port", str(at.port)]
    return _service(
        root,
        "prefect",
        command,
        {
            **ONE_AHEAD,
            **NOBODY_FORGOTTEN,
            **NOTHING_DROPPED,
            "PREFECT_UI_API_URL": f"{at.url}/api",
            "PREFECT_UI_URL": at.url,
            **_environment(root),
        },
        f"{at.url}/api/health",
    )


def _mlflow(root: Path, at: Address, tracking: str) -> Service:
    """A database may stand in for mlflow.db; its password stays out of the command line.

    Files of runs are addressed by their folder and not by this server: who publishes to mlflow.db
    while nothing is up could not add to an experiment whose files only a server takes.
    """
    command = ["mlflow", "server", "--host", at.host, "--port", str(at.port), "--workers", "1"]
    environment = {
        "MLFLOW_DEFAULT_ARTIFACT_ROOT": (root / "mlruns").as_uri(),
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_BACKEND_STORE_URI": tracking or f"sqlite:///{root / 'mlflow.db'}",
        **_environment(root),
    }
    return _service(root, "mlflow", command, environment, f"{at.url}/health")


def _reports(root: Path, at: Address) -> Service:
    command = ["penstock.services.reports", at.host, str(at.port)]
    return _service(root, "reports", command, _environment(root), f"{at.url}/health")


def _worker(root: Path, environment: Mapping[str, str], api: str) -> Service:
    return Service(
        "worker",
        [sys.executable, "-m", "penstock.services.worker", WORKER],
        {
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
            "PREFECT_WORKER_HEARTBEAT_SECONDS": "10",
            "PREFECT_WORKER_QUERY_SECONDS": "5",
            **environment,
        },
        root,
        root / FOLDER / "worker.log",
        lambda since: why_no_worker(api, POOL, WORKER, since),
        needs="prefect",
    )


def _service(
    root: Path, name: str, command: list[str], environment: Mapping[str, str], health: str
) -> Service:
    return Service(
        name,
        [sys.executable, "-m", *command],
        environment,
        root,
        root / FOLDER / f"{name}.log",
        lambda _: problem_at(health),
    )
