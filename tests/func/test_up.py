"""`penstock up` with real servers: ready, looked after, gone."""

from __future__ import annotations

import os
import signal
import sqlite3
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.penstock_up import Up, penstock_up
from tests.servers import free_port
from tests.sleepy_flow import has_begun, make_sleepy, sleep_run, state
from tests.toy_graph import make_toy


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    root = make_sleepy(make_toy(tmp_path_factory.mktemp("up") / "toy"))
    with penstock_up(root) as one:
        one.wait_until_up()
        yield one


def test_every_server_answers_where_the_table_says(up: Up) -> None:
    for name, page in (("prefect", "/api/health"), ("mlflow", "/health"), ("reports", "/health")):
        url = up.urls[name]
        assert url in up.said
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(url + page, timeout=10) as answer:
            assert answer.status == 200


def test_the_servers_listen_on_loopback_alone(up: Up) -> None:
    listening = {
        one.laddr.ip
        for process in up.processes()
        for one in process.net_connections("inet")
        if one.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_the_database_of_runs_is_the_workspaces_own(up: Up) -> None:
    assert (up.root / ".penstock" / "prefect" / "prefect.db").is_file()


def test_a_second_one_says_in_a_sentence_that_one_is_running_and_where(up: Up) -> None:
    done = up.penstock("up")
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"penstock up runs in this workspace already: Prefect {up.urls['prefect']}, "
    )
    assert f"kill {up.process.pid}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_is_killed_comes_back_and_its_worker_with_it(up: Up) -> None:
    running = sleep_run(up, 20)
    up.wait(lambda: has_begun(up, running), "the run has begun")
    [server] = up.processes("prefect server start")
    os.kill(server.pid, signal.SIGKILL)
    up.wait(lambda: "prefect  ended with exit status -9" in up.said, "its end is noticed")
    up.wait(lambda: up.said.count("prefect  ready") == 2, "it is ready again")
    up.wait(lambda: state(up, running) == "Completed", "the run that went on meanwhile ends")
    after = sleep_run(up, 0)
    up.wait(lambda: state(up, after) == "Completed", "the worker takes up runs", 90)


def test_a_worker_that_is_killed_comes_back_and_its_run_goes_on(up: Up) -> None:
    running = sleep_run(up, 10)
    up.wait(lambda: has_begun(up, running), "the run has begun")
    [worker] = up.processes("prefect worker start")
    os.kill(worker.pid, signal.SIGKILL)
    up.wait(lambda: "worker   ended with exit status -9" in up.said, "its end is noticed")
    up.wait(lambda: "worker   started again" in up.said, "it is started again")
    up.wait(lambda: state(up, running) == "Completed", "the run was not harmed")


def test_sigterm_ends_all_of_them_and_the_run_that_is_under_way(up: Up) -> None:
    running = sleep_run(up, 300)
    up.wait(lambda: has_begun(up, running), "the run has begun", 90)
    below = up.processes()
    assert len(below) >= 5
    assert up.stop() == 0
    assert [one for one in below if one.is_running()] == []
    assert "all servers have ended" in up.said
    assert not (up.root / ".penstock" / "up" / "up.json").exists()
    assert "Traceback" not in up.said
    with sqlite3.connect(up.root / ".penstock" / "prefect" / "prefect.db") as database:
        [ended] = database.execute("select state_type from flow_run where id = ?", (running,))
    assert ended == ("CRASHED",)  # it told the server before that ended


def test_a_signal_while_all_start_ends_what_has_started(tmp_path: Path) -> None:
    with penstock_up(make_toy(tmp_path / "toy")) as early:
        early.wait(lambda: len(early.processes()) >= 3, "three services at work")
        below = early.processes()
        assert early.stop(signal.SIGINT) == 0
        assert [one for one in below if one.is_running()] == []


def test_servers_whose_penstock_up_was_killed_are_ended_by_the_next(tmp_path: Path) -> None:
    root = make_toy(tmp_path / "toy")
    with penstock_up(root) as killed:
        killed.wait(lambda: "reports  ready" in killed.said, "the pages are served")
        left = killed.processes()
        assert len(left) >= 3
        killed.process.kill()
        killed.process.wait()
    assert all(one.is_running() for one in left)
    with penstock_up(root) as after:
        after.wait(lambda: "ended    the servers of a penstock up" in after.said, "they are ended")
        assert [one for one in left if one.is_running()] == []
        after.wait(lambda: "reports  ready" in after.said, "it starts its own")
        assert after.stop(signal.SIGHUP) == 0


def test_a_port_that_is_taken_is_one_sentence_before_anything_starts(tmp_path: Path) -> None:
    with penstock_up(make_toy(tmp_path / "toy"), "--reports-port", str(free_port())) as first:
        first.wait(lambda: "reports  ready" in first.said, "the pages are served")
        port = next(
            one.laddr.port
            for process in first.processes("services.reports")
            for one in process.net_connections("inet")
        )
        other = make_toy(tmp_path / "other")
        with penstock_up(other, "--reports-port", str(port)) as second:
            assert second.process.wait(30) == 1
            assert f"reports: port {port} of 127.0.0.1 is taken" in second.said
            assert "--reports-port 0" in second.said


def test_a_server_that_cannot_start_shows_the_end_of_its_log_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    root = make_toy(tmp_path / "toy")
    nowhere = f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/prefect.db"
    with penstock_up(root, PREFECT_API_DATABASE_CONNECTION_URL=nowhere) as one:
        assert one.process.wait(120) == 1
        assert "prefect did not start: it ended with exit status" in one.said
        assert "unable to open database file" in one.said
        assert ".penstock/up/prefect.log" in one.said
        assert "Traceback (most" not in one.said.partition("did not start")[0]


def test_a_host_beyond_loopback_must_be_meant(tmp_path: Path) -> None:
    with penstock_up(make_toy(tmp_path / "toy"), "--host", "0.0.0.0") as one:
        assert one.process.wait(30) == 1
        assert "fix: penstock up --host 0.0.0.0 --expose" in one.said
