"""A load generator: connections that each send the next request when an answer has come.

python benchmarks/http_load.py PORT CONNECTIONS SECONDS < requests     prints JSON

`requests` is one JSON text a line: whole HTTP requests, sent in turn, around and around. The
protocol is spoken by hand, so that a client costs less than any server it measures.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import cycle
from typing import Any

import numpy as np
import uvloop

LENGTH = b"content-length: "


class Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, load: Load) -> None:
        self._load, self._sent, self._came = load, 0.0, b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._load.open.add(self)
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.open.discard(self)
        self._load.lost += not self._load.over

    def send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(next(self._load.requests))

    def data_received(self, data: bytes) -> None:
        came = self._came + data if self._came else data
        head = came.find(b"\r\n\r\n")
        if head < 0:
            self._came = came
            return
        at = came.lower().find(LENGTH) + len(LENGTH)
        length = int(came[at : came.find(b"\r", at)])
        if len(came) < head + 4 + length:
            self._came = came
            return
        self._came = b""
        self._load.answered(int(came[9:12]), time.perf_counter() - self._sent)
        if not self._load.over:
            self.send()


class Load:
    """What is sent, and what came back."""

    def __init__(self, requests: list[bytes]) -> None:
        self.requests = cycle(requests)
        self.seconds: list[float] = []
        self.statuses: dict[int, int] = {}
        self.open: set[Connection] = set()
        self.lost, self.over = 0, False

    def answered(self, status: int, seconds: float) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.seconds.append(seconds)

    async def run(self, port: int, connections: int, seconds: float) -> dict[str, Any]:
        """Figures of one run: latencies in milliseconds, answers by status."""
        loop = asyncio.get_running_loop()
        start = time.perf_counter()
        for _ in range(connections):
            await loop.create_connection(lambda: Connection(self), "127.0.0.1", port)
        await asyncio.sleep(seconds)
        took, self.over = time.perf_counter() - start, True
        p50, p99 = np.percentile(self.seconds, [50, 99]) * 1000 if self.seconds else (0.0, 0.0)
        return {
            "answers": len(self.seconds),
            "per_second": len(self.seconds) / took,
            "p50_ms": float(p50),
            "p99_ms": float(p99),
            "statuses": self.statuses,
            "lost": self.lost,
        }


def main() -> None:
    """Read requests, send them, print what came of it."""
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    requests = [json.loads(line).encode() for line in sys.stdin]
    load = Load(requests)
    print(json.dumps(uvloop.run(load.run(port, connections, seconds))))


if __name__ == "__main__":
    main()
