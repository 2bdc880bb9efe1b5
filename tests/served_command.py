"""`penstock serve` as a command of its own."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.processes import wait_until
from tests.workspace import environment


@contextmanager
def served(root: Path, *command: str, seconds: float, **variables: str) -> Iterator[int]:
    """The port where `command` answers over `root`; stopped in the end, with exit status 0.

    Args:
        seconds: that it may take to be ready.
        variables: of its environment, besides those of `environment`.
    """
    output = root / "serve.txt"
    env: Mapping[str, str] = {**environment(root), **variables}
    with output.open("w") as file:
        process = subprocess.Popen(
            [*command, "--port", "0"], cwd=root, env=env, stdout=file, stderr=file
        )
    try:
        wait_until(lambda: process.poll() is not None or "Ctrl-C" in output.read_text(), seconds)
        port = re.search(r"http://127\.0\.0\.1:(\d+)", output.read_text())
        assert port, output.read_text()
        yield int(port[1])
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=60)
    assert status == 0, output.read_text()
