"""`penstock up` on a real PostgreSQL, as deploy/compose.yaml runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.penstock_up import penstock_up
from tests.servers import free_port
from tests.sleepy_flow import make_sleepy, sleep_run, state
from tests.toy_graph import make_toy

DEBIAN = Path("/usr/lib/postgresql")


def binary(name: str) -> str | None:
    """A program of PostgreSQL; Debian keeps some out of PATH."""
    found = [str(path) for path in sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)]
    return next(iter(found), None) or shutil.which(name)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """user@host:port of a server with the databases prefect and mlflow."""
    pytest.importorskip("psycopg", reason="needs the extra postgres")
    initdb, server = binary("initdb"), binary("postgres")
    if initdb is None or server is None:
        pytest.skip("no postgres here: apt-get install postgresql")
    # It refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = tmp_path_factory.mktemp("postgres") / "data"
    if user:
        shutil.chown(folder.parent, user)
        for above in folder.parent.parents:
            if above.is_relative_to(Path("/tmp")) and above != Path("/tmp"):
                above.chmod(above.stat().st_mode | 0o011)
    initdb_command = [initdb, "-D", str(folder), "-U", "penstock", "-A", "trust", "--no-sync"]
    subprocess.run(initdb_command, user=user, check=True, capture_output=True, cwd="/")
    port = free_port()
    command = [server, "-D", str(folder), "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
    command += ["-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    process = subprocess.Popen(
        command, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _make_databases(port)
        yield f"penstock@127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _make_databases(port: int) -> None:
    import time

    import psycopg

    where = f"host=127.0.0.1 port={port} user=penstock dbname=postgres"
    for _ in range(100):
        try:
            with psycopg.connect(where, autocommit=True) as connection:
                connection.execute("create database prefect")
                connection.execute("create database mlflow")
            return
        except psycopg.OperationalError:
            time.sleep(0.2)
    pytest.fail("postgres does not answer")


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
