"""A Redis that tests start on loopback."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import free_port


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The address of a server with nothing in it, its files in `folder`."""
    redis = pytest.importorskip("redis", reason="needs the extra redis")
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("no redis-server here: apt-get install redis-server")
    port = free_port()
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", "."]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        client = redis.Redis(port=port)
        for _ in range(100):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        else:
            pytest.fail("redis does not answer")
        client.close()
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(30)
