"""`penstock up` as a process of its own, and its Prefect server asked over HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from penstock.services.api import ask
from tests.toy_graph import environment

FREE = ["--prefect-port", "0", "--mlflow-port", "0", "--reports-port", "0"]


class Up:
    """A running `penstock up` of the workspace `root`."""

    def __init__(self, root: Path, process: subprocess.Popen[str], output: Path) -> None:
        self.root = root
        self.process = process
        self._output = output
        self.urls: dict[str, Any] = {}

    @property
    def api(self) -> str:
        return f"{self.urls['prefect']}/api"

    @property
    def said(self) -> str:
        return self._output.read_text()

    def wait_until_up(self) -> None:
        file = self.root / ".penstock" / "up" / "up.json"
        self.wait(file.exists, "all services ready", 180)
        self.urls = json.loads(file.read_text())

    def wait(self, holds: Callable[[], Any], what: str, seconds: float = 60) -> Any:
        """What `holds` returns, once it is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = holds()
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.3)
        return pytest.fail(f"not within {seconds} s: {what}\n{self.said}\n{self._logs()}")

    def processes(self, words: str = "") -> list[psutil.Process]:
        """Those below it whose command line holds `words`."""
        found = []
        for one in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # a zombie counts as gone
                if words in " ".join(one.cmdline()):
                    found.append(one)
        return found

    def runs(self, **where: Any) -> list[dict[str, Any]]:
        """Flow runs, the latest first."""
        question = {"flow_runs": where, "sort": "EXPECTED_START_TIME_DESC"}
        try:
            return list(ask(self.api, "flow_runs/filter", question))
        except OSError:
            return []

    def penstock(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "penstock.cli", *words],
            cwd=self.root,
            env=clean_environment(**more),
            capture_output=True,
            text=True,
            check=False,
        )

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def _logs(self) -> str:
        logs = sorted((self.root / ".penstock" / "up").glob("*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text()[-1500:]}" for log in logs)


def clean_environment(**more: str) -> dict[str, str]:
    ours = ("PREFECT_", "MLFLOW_", "PENSTOCK_")
    kept = {key: value for key, value in environment().items() if not key.startswith(ours)}
    return {**kept, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", **more}


@contextmanager
def penstock_up(root: Path, *options: str, **more: str) -> Iterator[Up]:
    """Start it in `root` on free ports; at the end it is stopped if it still runs."""
    output = root.with_suffix(".out")
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "penstock.cli", "up", *FREE, *options],
            cwd=root,
            env=clean_environment(**more),
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )
    up = Up(root, process, output)
    try:
        yield up
    finally:
        if process.poll() is None:
            left = up.processes()
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                for one in left:
                    one.kill()
