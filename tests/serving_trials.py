"""What a server must stand: for seconds in tests/func, for minutes in tests/soak."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import psutil

from tests.processes import wait_until
from tests.serving_app import crown_linear
from tests.serving_load import Load
from tests.serving_process import ANY_RATE, Serving, event, running
from tests.serving_schema import try_all

MEGABYTE = 2**20


def obeys_its_own_description(folder: Path, cases: int) -> None:
    """No 5xx, nothing undocumented, whatever comes; and the server goes on."""
    with running(folder) as server:
        came = try_all(server.port, cases)
        assert {200, 404, 422} <= set(came) and max(came) < 500, came
        assert server.client().get("/healthz").status == 200
        assert "Traceback" not in server.output.read_text()


def swaps_under_load(folder: Path, swaps: int) -> None:
    """Champions come and go, a damaged one among them, and every request is answered."""
    with running(folder, rate=ANY_RATE) as server:
        load = Load(server.port, connections=8)
        thread = threading.Thread(target=load.run, args=(3600.0,))
        thread.start()
        try:
            for number in range(swaps):
                digit = "bc"[number % 2]
                crown_linear(folder, digit)
                wait_until(lambda digit=digit: load.models[-1:] == [digit * 12])  # type: ignore[misc]
            crown_linear(folder, "f")
            wait_until(lambda: "river" in _problems(server))
            assert load.models[-1] == digit * 12
            crown_linear(folder, "d")
            wait_until(lambda: load.models[-1] == "d" * 12 and not _problems(server))
        finally:
            load.stop()
            thread.join()
        assert set(load.statuses) == {200} and load.lost == 0, load.statuses
        assert server.stop() == 0


def sheds_and_recovers(folder: Path, seconds: float) -> None:
    """Twice what it takes: some are shed, those let in don't wait long, and then all is well."""
    with running(folder, limits={"in_flight": 16}, rate=ANY_RATE) as server:
        calm = Load(server.port, connections=16)
        calm.run(seconds / 4)
        storm = Load(server.port, connections=64)
        storm.run(seconds)
        assert set(storm.statuses) == {200, 503} and storm.lost == 0, storm.statuses
        assert storm.retry_after == {"1"}
        again = Load(server.port, connections=16)
        again.run(min(seconds / 4, 5.0))
        assert set(again.statuses) == {200} and again.lost == 0, again.statuses


def stays_flat(folder: Path, seconds: float, allowed: int) -> None:
    """At half of what it takes, memory (bytes) does not grow by more than `allowed`."""
    with running(folder, rate=ANY_RATE) as server:
        full = Load(server.port, connections=16)
        full.run(2.0)
        rate = sum(full.statuses.values()) / 2.0 / 2.0
        process = psutil.Process(server.process.pid)
        used: list[int] = []
        stop = threading.Event()

        def look() -> None:
            while not stop.wait(seconds / 40):
                used.append(process.memory_info().rss)

        thread = threading.Thread(target=look)
        thread.start()
        # The server remembers answers by id: a few ids keep the parts of the test flat themselves.
        half = Load(server.port, 16, make=lambda n: event(n % 1000), per_second=rate)
        half.run(seconds)
        stop.set()
        thread.join()
        assert set(half.statuses) == {200} and half.lost == 0, half.statuses
        quarter = len(used) // 4
        grown = np.median(used[-quarter:]) - np.median(used[quarter : 2 * quarter])
        assert grown < allowed, f"{grown / MEGABYTE:.1f} MB more"


def _problems(server: Serving) -> dict[str, str]:
    time.sleep(0.02)
    reply = server.client().get("/readyz")
    assert reply.status == 200
    problems: dict[str, str] = reply.json["problems"]
    return problems
