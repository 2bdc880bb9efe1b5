"""Runs of flows/pipeline.py in processes of their own, and what a Prefect server says of them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers import free_port, wait_until_healthy
from tests.toy_graph import environment

FLOW = Path(__file__).parents[2] / "flows" / "pipeline.py"
CALL = f"""
import json, sys
sys.path.insert(0, {str(FLOW.parent)!r})
from pipeline import pipeline
"""
ALL = ["fetch@a", "fetch@b", "join", "sign"]


def prefect_environment(home: Path, **more: str) -> dict[str, str]:
    own = {
        key: value
        for key, value in environment().items()
        if not key.startswith(("PREFECT_", "MLFLOW_", "PENSTOCK_"))
    }
    return {**own, "PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", **more}


@contextmanager
def prefect_server(home: Path) -> Iterator[dict[str, str]]:
    """The environment of runs that report to one server, which they need not start each."""
    port = free_port()
    env = prefect_environment(home, PREFECT_API_URL=f"http://127.0.0.1:{port}/api")
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env=env,
        process_group=0,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_healthy(f"{env['PREFECT_API_URL']}/health", process)
        yield env
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def start(root: Path, env: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """The flow at the head of a group of processes, as a shell starts it in a terminal."""
    return subprocess.Popen(
        [sys.executable, str(FLOW), *arguments],
        cwd=root,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def run(root: Path, env: dict[str, str], *arguments: str) -> tuple[int, str]:
    """The exit status and what was printed."""
    process = start(root, env, *arguments)
    output, _ = process.communicate(timeout=600)
    return process.returncode, output


def states(output: str) -> dict[str, str]:
    """{task run: name of its last state}, from the log."""
    return dict(re.findall(r"Task run '([^']+)' - Finished in state ([\w ]+)\(", output))


def flow_run_name(output: str) -> str:
    """The name under which the server knows the run that printed `output`."""
    return re.findall(r"Flow run '([^']+)'", output)[0]


def ask(env: dict[str, str], path: str, body: dict[str, Any] | None = None) -> Any:
    """What the server's API answers; a body makes it a POST.

    While others write to its SQLite it says 503; whoever uses it asks again.
    """
    data = None if body is None else json.dumps(body).encode()
    url = f"{env['PREFECT_API_URL']}/{path}"
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    for attempt in range(10):
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 503 or attempt == 9:
                raise
        time.sleep(1)
    return None


def flow_run_of(env: dict[str, str], output: str) -> dict[str, Any]:
    asked = {"flow_runs": {"name": {"any_": [flow_run_name(output)]}}}
    found: dict[str, Any] = ask(env, "flow_runs/filter", asked)[0]
    return found


def task_runs_of(env: dict[str, str], output: str) -> dict[str, dict[str, Any]]:
    """{name: task run} of the run that printed `output`."""
    asked = {"flow_runs": {"name": {"any_": [flow_run_name(output)]}}}
    return {one["name"]: one for one in ask(env, "task_runs/filter", asked)}


def artifacts_of(env: dict[str, str], output: str) -> dict[str, Any]:
    """{key: its content} of the run that printed `output`, tables as lists of rows."""
    asked = {"flow_runs": {"name": {"any_": [flow_run_name(output)]}}, "sort": "CREATED_DESC"}
    found = {one["key"]: one for one in reversed(ask(env, "artifacts/filter", asked))}
    return {
        key: json.loads(one["data"]) if one["type"] == "table" else one["data"]
        for key, one in found.items()
    }


def edges_of(env: dict[str, str], output: str) -> set[tuple[str, str]]:
    """(from, to) of every edge in the graph that the UI draws."""
    graph = ask(env, f"flow_runs/{flow_run_of(env, output)['id']}/graph-v2")
    names = {node["id"]: node["label"] for _, node in graph["nodes"]}
    return {
        (names[parent["id"]], node["label"])
        for _, node in graph["nodes"]
        for parent in node["parents"]
    }


def call(root: Path, env: dict[str, str], script: str, *arguments: str) -> str:
    """What a script prints that has the flow at hand, as a deployment has."""
    command = [sys.executable, "-c", CALL + script, *arguments]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
