"""A server over small parts in a process of its own, and a client that speaks HTTP by hand.

python -m tests.serving_process FOLDER OPTIONS     answers until a signal; its first line is its URL
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.serving_app import EVENT, PROJECT, open_app
from tests.workspace import ROOT

SCORE = f"/v1/{PROJECT}/score"
ANY_RATE = {"per_second": 1e9, "burst": 10**9}  # a fast machine sends more than callers may


@dataclass
class Reply:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._came = b""

    def post(self, path: str, body: Any, **headers: str) -> Reply:
        self.send(request("POST", path, body, **headers))
        return self.read()

    def get(self, path: str, **headers: str) -> Reply:
        self.send(request("GET", path, None, **headers))
        return self.read()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read(self) -> Reply:
        """The next answer; EOFError where the server hangs up instead."""
        head = self._until(lambda came: came.find(b"\r\n\r\n") + 4 if b"\r\n\r\n" in came else 0)
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        length = int(headers.get("content-length", 0))
        body = self._until(lambda came: length if len(came) >= length else -1, empty=length == 0)
        return Reply(int(lines[0].split()[1]), headers, body)

    def _until(self, end: Any, *, empty: bool = False) -> bytes:
        if empty:
            return b""
        while (stop := end(self._came)) <= 0:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError
            self._came += more
        found, self._came = self._came[:stop], self._came[stop:]
        return found


def request(method: str, path: str, body: Any, **headers: str) -> bytes:
    """The bytes of a request; a body that is no bytes is sent as JSON."""
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {"host": "localhost", "content_length": str(len(data))}
    told |= {"content_type": "application/json"} if method == "POST" else {}
    told |= headers
    lines = [f"{k.replace('_', '-')}: {v}" for k, v in told.items() if v]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode("latin-1") + data


def event(number: int, **changes: Any) -> dict[str, Any]:
    return {**EVENT, "gauge_id": number, **changes}


@dataclass
class Serving:
    """A server that runs."""

    process: subprocess.Popen[str]
    port: int
    output: Path

    def client(self) -> Client:
        return Client(self.port)

    def stop(self) -> int:
        """Its exit status after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@contextlib.contextmanager
def running(folder: Path, **options: Any) -> Iterator[Serving]:
    """A server; killed at the end, if it still runs."""
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / "output.txt"
    command = [sys.executable, "-m", "tests.serving_process", str(folder), json.dumps(options)]
    with output.open("w") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=file, stderr=file, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )  # fmt: skip
    try:
        port = _port(process, output)
        yield Serving(process, port, output)
    finally:
        process.kill()
        process.wait()


def _port(process: subprocess.Popen[str], output: Path) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", output.read_text()):
            return int(found[1])
        time.sleep(0.02)
    raise AssertionError(f"no server: {output.read_text()}")


def main() -> None:
    from penstock.serving.server import serve

    folder, options = Path(sys.argv[1]), json.loads(sys.argv[2])
    _, state = open_app(folder, **options)
    serve(state, "127.0.0.1", 0, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
