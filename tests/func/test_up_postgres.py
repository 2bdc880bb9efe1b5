"""`penstock up` on a real PostgreSQL, as deploy/compose.yaml runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.penstock_up import penstock_up
from tests.postgres import postgres_server
from tests.sleepy_flow import make_sleepy, sleep_run, state
from tests.toy_graph import make_toy


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """user@host:port of a server with the databases prefect and mlflow."""
    with postgres_server(tmp_path_factory.mktemp("postgres"), "prefect", "mlflow") as server:
        yield server


def test_prefect_and_mlflow_keep_everything_in_postgres(postgres: str, tmp_path: Path) -> None:
    import psycopg

    root = make_sleepy(make_toy(tmp_path / "toy"))
    variables = {
        "PREFECT_API_DATABASE_CONNECTION_URL": f"postgresql+asyncpg://{postgres}/prefect",
        "MLFLOW_TRACKING_URI": f"postgresql+psycopg://{postgres}/mlflow",
    }
    with penstock_up(root, **variables) as up:
        up.wait_until_up()
        run = sleep_run(up, 0)
        up.wait(lambda: state(up, run) == "Completed", "a run has ended", 90)
        assert up.stop() == 0
    with psycopg.connect(f"postgresql://{postgres}/prefect") as prefect:
        [[name]] = prefect.execute("select state_name from flow_run").fetchall()
    assert name == "Completed"
    with psycopg.connect(f"postgresql://{postgres}/mlflow") as mlflow:
        [[count]] = mlflow.execute("select count(*) from experiments").fetchall()
    assert count == 1
    assert not (root / ".penstock" / "prefect" / "prefect.db").exists()
    assert not (root / "mlflow.db").exists()
