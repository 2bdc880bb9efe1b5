"""prefect.yaml on a real server with a real worker: what runs, when, and who is told."""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from penstock.services.api import ask, skip_superseded
from tests.penstock_up import Up, clean_environment, penstock_up
from tests.toy_graph import make_toy
from tests.workspace import ROOT

FAILING = '''\
"""A flow that fails."""
from prefect import flow

@flow(name="failing")
def failing():
    raise ValueError("no such river")
'''
DRIFT = {"project": None, "features": ["amount"], "psi": 0.31}
EMIT = """\
import json, sys
from prefect.events import emit_event
emit_event("penstock.drift", resource={"prefect.resource.id": "penstock.project.toy"},
           payload=json.loads(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A webhook on loopback: its address, and what it was sent."""
    messages: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            messages.append(json.loads(self.rfile.read(length)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook?key=secret", messages
    server.shutdown()


@pytest.fixture(scope="module")
def up(
    tmp_path_factory: pytest.TempPathFactory, told: tuple[str, list[dict[str, Any]]]
) -> Iterator[Up]:
    """The repository's prefect.yaml over the toy graph, and two deployments more."""
    root = make_toy(tmp_path_factory.mktemp("deployed") / "toy")
    shutil.copytree(ROOT / "flows", root / "flows")
    (root / "flows" / "failing.py").write_text(FAILING)
    ours = yaml.safe_load((ROOT / "prefect.yaml").read_text())
    for one in ours["deployments"]:
        if one["name"] == "retrain-on-drift":
            one["parameters"] = {}  # the toy has no sources to look at
    minutely = ours["deployments"][0] | {
        "name": "minutely",
        "parameters": {"targets": ["sign"]},
        "schedules": [{"slug": "m", "cron": "* * * * *", "timezone": "Etc/UTC", "active": True}],
    }
    failing = minutely | {
        "name": "failing",
        "entrypoint": "flows/failing.py:failing",
        "parameters": {},
        "schedules": [],
    }
    ours["deployments"] += [minutely, failing]
    (root / "prefect.yaml").write_text(yaml.safe_dump(ours))
    with penstock_up(root, PENSTOCK_NOTIFY_URL=told[0]) as one:
        one.wait_until_up()
        start(one, "failing")  # its message takes a while, see the test at the end
        yield one


def deployments(up: Up) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in ask(up.api, "deployments/filter", {})}


def start(up: Up, name: str) -> str:
    question = {"state": {"type": "SCHEDULED"}}
    run = ask(up.api, f"deployments/{deployments(up)[name]['id']}/create_flow_run", question)
    return str(run["id"])


def completed(up: Up, name: str) -> list[dict[str, Any]]:
    """Runs that ended well; those of the graph are named after what they did."""
    found = up.runs(state={"type": {"any_": ["COMPLETED"]}})
    key = deployments(up)[name]["id"]
    return [run for run in found if run["deployment_id"] == key]


def automations(up: Up) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in ask(up.api, "automations/filter", {})}


def test_what_runs_by_night_and_by_the_hour_is_off_until_it_is_switched_on(up: Up) -> None:
    found = deployments(up)
    crons = {"nightly-fraud": "0 2 * * *", "nightly-creditcard": "0 3 * * *"}
    for name, cron in {**crons, "freshness": "30 * * * *"}.items():
        [schedule] = found[name]["schedules"]
        assert schedule["schedule"]["cron"] == cron
        assert schedule["schedule"]["timezone"] == "Etc/UTC"
        assert schedule["active"] is False
    assert {one["work_pool_name"] for one in found.values()} == {"penstock"}
    assert all(found[name]["description"] for name in crons)
    assert found["nightly-fraud"]["parameters"]["projects"] == ["fraud"]


def test_the_pool_runs_one_at_a_time(up: Up) -> None:
    [pool] = ask(up.api, "work_pools/filter", {"work_pools": {"name": {"any_": ["penstock"]}}})
    assert (pool["type"], pool["concurrency_limit"]) == ("process", 1)


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
def test_the_server_takes_the_template_of_a_pool(up: Up, kind: str) -> None:
    template = json.loads((ROOT / "deploy" / "pools" / f"{kind}.json").read_text())
    ask(up.api, "work_pools/", {"name": kind, "type": kind, "base_job_template": template})
    [pool] = ask(up.api, "work_pools/filter", {"work_pools": {"name": {"any_": [kind]}}})
    assert pool["base_job_template"] == template


def test_every_parameter_of_the_flow_is_typed_and_told(up: Up) -> None:
    schema = deployments(up)["nightly-fraud"]["parameter_openapi_schema"]["properties"]
    assert {"targets", "projects", "refresh", "branch", "event"} <= schema.keys()
    assert all(one.get("description") for one in schema.values())
    assert all("type" in one or "anyOf" in one for one in schema.values())


def test_drift_starts_a_retraining_with_the_events_payload(up: Up) -> None:
    done = subprocess.run(
        [sys.executable, "-c", EMIT, json.dumps(DRIFT)],
        env=clean_environment(PREFECT_API_URL=up.api),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    [run] = up.wait(lambda: completed(up, "retrain-on-drift"), "the retraining has ended", 120)
    assert run["parameters"]["event"] == DRIFT
    assert run["created_by"]["type"] == "AUTOMATION"
    assert (up.root / "signed.txt").is_file()


def test_deploying_twice_is_deploying_once_and_what_was_switched_on_stays_on(
    up: Up, told: tuple[str, list[dict[str, Any]]]
) -> None:
    before, watched = deployments(up), automations(up)
    key = before["nightly-fraud"]["id"]
    [schedule] = before["nightly-fraud"]["schedules"]
    switch(up, f"deployments/{key}/schedules/{schedule['id']}", active=True)
    done = up.penstock("deploy", PENSTOCK_NOTIFY_URL=told[0])
    assert done.returncode == 0, done.stderr
    assert "deployment nightly-fraud: schedule nightly on" in done.stdout
    assert "deployment freshness: schedule hourly off" in done.stdout
    assert "automation “penstock: a silent run has crashed”: there" in done.stdout
    after = deployments(up)
    assert {one["id"] for one in after.values()} == {one["id"] for one in before.values()}
    assert {name: one["id"] for name, one in automations(up).items() if "drift" not in name} == {
        name: one["id"] for name, one in watched.items() if "drift" not in name
    }


def test_an_address_that_nothing_can_be_sent_to_is_refused_in_a_sentence(up: Up) -> None:
    done = up.penstock("deploy", PENSTOCK_NOTIFY_URL="pigeon://coop")
    assert done.returncode == 1
    assert "PENSTOCK_NOTIFY_URL: nothing can be sent to an address of kind 'pigeon'" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_server_the_command_that_starts_one_is_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "penstock.cli", "deploy"],
        cwd=make_toy(tmp_path / "toy"),
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("no Prefect server is known here\n  fix: penstock up")


def test_of_the_runs_that_a_schedule_has_missed_the_last_stays(up: Up) -> None:
    flow = ask(up.api, "flows/", {"name": "idle"})["id"]
    ask(up.api, "work_pools/", {"name": "idle", "type": "process"})
    made = {"name": "idle", "flow_id": flow, "work_pool_name": "idle"}
    key = ask(up.api, "deployments/", made)["id"]
    runs = []
    for hours in range(5):
        due = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}
        runs.append(ask(up.api, f"deployments/{key}/create_flow_run", {"state": state})["id"])
    by_hand = ask(up.api, f"deployments/{key}/create_flow_run", {"state": state})["id"]
    with sqlite3.connect(up.root / ".penstock" / "prefect" / "prefect.db", timeout=30) as database:
        marks = ",".join("?" * len(runs))
        database.execute(f"update flow_run set auto_scheduled = 1 where id in ({marks})", runs)
    assert skip_superseded(up.api, "idle") == 4
    found = {run["id"]: run["state"] for run in up.runs(deployment_id={"any_": [key]})}
    assert {one for one, state in found.items() if state["type"] == "SCHEDULED"} == {
        runs[0],
        by_hand,
    }
    assert {found[one]["name"] for one in runs[1:]} == {"Skipped"}
    assert skip_superseded(up.api, "idle") == 0


def test_a_cron_run_fires_and_builds_the_graph(up: Up) -> None:
    def ended() -> list[dict[str, Any]]:
        return [run for run in completed(up, "minutely") if run["auto_scheduled"]]

    [*_, first] = up.wait(ended, "a cron run has ended", 150)
    assert first["created_by"]["type"] == "SCHEDULE"
    assert datetime.fromisoformat(first["expected_start_time"]).second == 0


def test_no_two_runs_overlap_and_one_run_is_known_ahead(up: Up) -> None:
    ran = [run for run in up.runs() if run["start_time"] and run["end_time"]]
    spans = sorted((run["start_time"], run["end_time"]) for run in ran)
    assert len(spans) >= 3
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    now = datetime.now(UTC).isoformat()
    ahead = up.runs(state={"type": {"any_": ["SCHEDULED"]}}, expected_start_time={"after_": now})
    key = deployments(up)["minutely"]["id"]
    assert len([run for run in ahead if run["deployment_id"] == key]) <= 1


def test_cancel_ends_the_stage_that_is_at_work_and_its_children(up: Up) -> None:
    (up.root / "hang-a").touch()
    (up.root / "source-a.txt").write_text("other water\n")
    hanging = up.root / "hanging.txt"
    run = start(up, "minutely")
    up.wait(lambda: hanging.exists() and len(hanging.read_text().split()) == 2, "it hangs", 120)
    (up.root / "hang-a").unlink()
    at_work = [psutil.Process(int(pid)) for pid in hanging.read_text().split()]
    [busy] = [one["id"] for one in up.runs(state={"type": {"any_": ["RUNNING"]}})]
    state = {"type": "CANCELLING", "name": "Cancelling"}
    ask(up.api, f"flow_runs/{busy}/set_state", {"state": state})
    up.wait(lambda: not any(one.is_running() for one in at_work), "no child is left", 60)

    def is_over() -> bool:
        return bool(up.runs(id={"any_": [busy]})[0]["state"]["type"] == "CANCELLED")

    up.wait(is_over, "it is cancelled", 60)
    if busy != run:  # a cron run was first; ours finds the work undone
        up.wait(lambda: run in [one["id"] for one in completed(up, "minutely")], "ours ends", 90)


def test_a_failed_run_is_told_to_the_webhook(
    up: Up, told: tuple[str, list[dict[str, Any]]]
) -> None:
    up.wait(lambda: told[1], "the message has come", 120)
    [message] = told[1]
    assert message["subject"].startswith("failing Failed: ")
    assert "no such river" in message["body"]
    assert f"{up.urls['prefect']}/" in message["body"]
    assert "secret" not in up.said


def test_a_run_that_falls_silent_crashes_and_one_that_speaks_again_runs(up: Up) -> None:
    """With a window of 10 s instead of 90; the real one is in tests/soak."""
    shorten(up, seconds=10)
    flow = ask(up.api, "flows/", {"name": "by-hand"})["id"]
    state = {"type": "RUNNING", "name": "Running"}
    run = ask(up.api, "flow_runs/", {"flow_id": flow, "state": state})["id"]
    failing = deployments(up)["failing"]["id"]
    mute = ask(up.api, f"deployments/{failing}/create_flow_run", {"state": state})["id"]
    for _ in range(9):  # longer than the window
        heartbeat(up, run)
        time.sleep(2)
        assert up.runs(id={"any_": [run]})[0]["state"]["name"] == "Running"

    def is_now(name: str) -> bool:
        return bool(up.runs(id={"any_": [run]})[0]["state"]["name"] == name)

    up.wait(lambda: is_now("Crashed"), "it is given up", 30)
    message = up.runs(id={"any_": [run]})[0]["state"]["message"]
    assert message == "no heartbeat for 10 s: its process is gone"
    [crashed] = up.runs(id={"any_": [mute]}, state={"type": {"any_": ["CRASHED"]}})
    assert crashed["state"]["message"] == "no heartbeat within 10 s of its start"
    time.sleep(1)
    heartbeat(up, run)
    up.wait(lambda: is_now("Running"), "it is taken back", 30)


def switch(up: Up, path: str, **values: Any) -> None:
    import urllib.request

    request = urllib.request.Request(
        f"{up.api}/{path}",
        json.dumps(values).encode(),
        {"Content-Type": "application/json"},
        method="PATCH",
    )
    urllib.request.urlopen(request, timeout=10).close()


def shorten(up: Up, seconds: int) -> None:
    """Register the same automations with a shorter window, as another release might."""
    code = (
        "from datetime import timedelta\n"
        "from prefect.client.orchestration import get_client\n"
        "from penstock.services.automations import register, watch_runs\n"
        "with get_client(sync_client=True) as client:\n"
        f"    for one in watch_runs(timedelta(seconds={seconds})):\n"
        "        print(register(client, one))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=clean_environment(PREFECT_API_URL=up.api),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "automation “penstock: a silent run has crashed”: brought up to date" in done.stdout
    assert done.stdout.count(": there") == 2
    assert done.stdout.count("brought up to date") == 2


def heartbeat(up: Up, run: str) -> None:
    event = {
        "id": str(uuid.uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "prefect.flow-run.heartbeat",
        "resource": {"prefect.resource.id": f"prefect.flow-run.{run}"},
    }
    ask(up.api, "events", [event])
