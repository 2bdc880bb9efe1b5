"""What is started, and with which environment."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from penstock.services.plan import make_plan
from penstock.services.service import Service

FREE = {"prefect": 0, "mlflow": 0, "reports": 0}
VARIABLES = ("PREFECT_API_URL", "PREFECT_HOME", "MLFLOW_TRACKING_URI")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def services(root: Path) -> dict[str, Service]:
    plan = make_plan(root, "127.0.0.1", FREE, exposed=False)
    return {one.name: one for one in (*plan.first, plan.worker)}


def test_four_services_each_with_its_own_log(tmp_path: Path) -> None:
    found = services(tmp_path)
    assert found.keys() == {"prefect", "reports", "mlflow", "worker"}
    assert {one.log.name for one in found.values()} == {f"{name}.log" for name in found}


def test_the_page_of_prefect_asks_the_port_that_it_came_from(tmp_path: Path) -> None:
    server = services(tmp_path)["prefect"]
    port = server.command[server.command.index("--port") + 1]
    assert server.environment["PREFECT_UI_API_URL"] == f"http://127.0.0.1:{port}/api"


def test_a_server_named_in_the_environment_is_not_the_one_that_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://elsewhere.example.org/api")
    found = services(tmp_path)
    assert "PREFECT_API_URL" not in found["prefect"].environment
    assert found["worker"].environment["PREFECT_API_URL"].startswith("http://127.0.0.1:")


def test_runs_are_published_to_the_server_that_is_started(tmp_path: Path) -> None:
    found = services(tmp_path)
    port = found["mlflow"].command[found["mlflow"].command.index("--port") + 1]
    assert found["worker"].environment["MLFLOW_TRACKING_URI"] == f"http://127.0.0.1:{port}"
    database = found["mlflow"].environment["MLFLOW_BACKEND_STORE_URI"]
    assert database == f"sqlite:///{tmp_path / 'mlflow.db'}"
    files = found["mlflow"].environment["MLFLOW_DEFAULT_ARTIFACT_ROOT"]
    assert files == (tmp_path / "mlruns").as_uri()  # so that runs need no server to be added to


def test_a_database_for_mlflow_stays_out_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "postgresql://user:secret@db/mlflow")
    mlflow = services(tmp_path)["mlflow"]
    assert mlflow.environment["MLFLOW_BACKEND_STORE_URI"].endswith("secret@db/mlflow")
    assert "secret" not in " ".join(mlflow.command)


def test_a_tracking_server_elsewhere_is_used_and_none_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://user:secret@mlflow.example.org")
    with socket.socket() as its_own:
        its_own.bind(("127.0.0.1", 0))
        its_own.listen()
        ports = FREE | {"mlflow": its_own.getsockname()[1]}
        plan = make_plan(tmp_path, "127.0.0.1", ports, exposed=False)
    assert [one.name for one in plan.first] == ["prefect", "reports"]
    assert plan.mlflow == "https://mlflow.example.org"
    assert "secret" in plan.worker.environment["MLFLOW_TRACKING_URI"]


def test_each_workspace_has_its_own_database_of_runs_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = services(tmp_path)["prefect"].environment["PREFECT_HOME"]
    assert own == str(tmp_path / ".penstock" / "prefect")
    monkeypatch.setenv("PREFECT_HOME", "/var/lib/prefect")
    assert services(tmp_path)["prefect"].environment["PREFECT_HOME"] == "/var/lib/prefect"
