"""A PostgreSQL that tests start on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import free_port

DEBIAN = Path("/usr/lib/postgresql")


def binary(name: str) -> str | None:
    """A program of PostgreSQL; Debian keeps some out of PATH."""
    found = [str(path) for path in sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)]
    return next(iter(found), None) or shutil.which(name)


@contextmanager
def postgres_server(parent: Path, *databases: str) -> Iterator[str]:
    """user@host:port of a server with those databases, all its files below `parent`."""
    pytest.importorskip("psycopg", reason="needs the extra postgres")
    initdb, server = binary("initdb"), binary("postgres")
    if initdb is None or server is None:
        pytest.skip("no postgres here: apt-get install postgresql")
    # It refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = parent / "data"
    if user:
        shutil.chown(parent, user)
        for above in parent.parents:
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
        _make_databases(port, databases)
        yield f"penstock@127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _make_databases(port: int, names: tuple[str, ...]) -> None:
    import psycopg

    where = f"host=127.0.0.1 port={port} user=penstock dbname=postgres"
    for _ in range(100):
        try:
            with psycopg.connect(where, autocommit=True) as connection:
                for name in names:
                    connection.execute(f"create database {name}")
            return
        except psycopg.OperationalError:
            time.sleep(0.2)
    pytest.fail("postgres does not answer")
