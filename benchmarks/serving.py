"""A request's CPU time and latency, beside a bare ASGI echo and `mlflow models serve`, in one run.

python benchmarks/serving.py          about three minutes; rounds of a second, servers in turn
python benchmarks/serving.py --full   longer rounds, and more of them

The model: 500 trees of depth 4 on 30 inputs, made here from random data (`--depth` takes another).
The load: 16 connections on loopback from a process of its own, each with one request on its way.
Ratios are of medians over rounds in which all servers take their turn, since the machine is shared.
With online features: the fraud project of this checkout, where it is built.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.serving_rivals import INPUTS, NAMES, PROJECT, train
from penstock.serving.protection.keyring import Keyring
from penstock.serving.protection.keys import make_key

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SCORE = f"/v1/{PROJECT}/score"
PARTS = ("data", "models", "reports", "ensembles", "dvc.yaml", "dvc.lock", "params.yaml")
CONNECTIONS = 16
MANY = 60_000  # events with ids of their own, for servers that remember ids


@dataclass
class Rival:
    """A server and what is sent to it.

    Attributes:
        launched: the server is a child of the process, which only waits for it.
    """

    name: str
    process: psutil.Process
    port: int
    requests: list[str]
    launched: bool = False
    figures: dict[str, list[float]] = field(default_factory=dict)

    def measure(self, connections: int, seconds: float) -> None:
        """One round."""
        start, before = _cpu([self.process]), _cpu(self.family)
        told = _load(self.port, connections, seconds, self.requests)
        spent, beside = _cpu([self.process]) - start, _cpu(self.family) - before
        if self.launched:
            spent, beside = spent + beside, 0.0
        if set(told["statuses"]) != {"200"} or told["lost"]:
            sys.exit(f"{self.name}: {told['statuses']}, {told['lost']} lost")
        found = {"µs": spent / told["answers"] * 1e6, **told}
        found["beside"] = beside / told["answers"] * 1e6
        for key in ("µs", "beside", "per_second", "p50_ms", "p99_ms"):
            self.figures.setdefault(key, []).append(found[key])

    @property
    def family(self) -> list[psutil.Process]:
        """What the server has started: one writes Parquet, at a lower priority."""
        return self.process.children(recursive=True)

    def median(self, key: str) -> float:
        return statistics.median(self.figures[key])


def _cpu(processes: Sequence[psutil.Process]) -> float:
    """CPU seconds that they have had."""
    return sum(sum(one.cpu_times()[:2]) for one in processes)


def _load(port: int, connections: int, seconds: float, requests: Sequence[str]) -> dict[str, Any]:
    command = [
        sys.executable,
        str(HERE / "http_load.py"),
        str(port),
        str(connections),
        str(seconds),
    ]
    text = "\n".join(json.dumps(one) for one in requests)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def request(path: str, body: Any, key: str = "") -> str:
    """A whole HTTP request."""
    data = json.dumps(body)
    lines = [f"POST {path} HTTP/1.1", "host: localhost", "content-type: application/json"]
    lines += [f"content-length: {len(data)}", *([f"authorization: Bearer {key}"] if key else [])]
    return "\r\n".join([*lines, "", data])


@contextlib.contextmanager
def running(name: str, command: list[str], port: int, where: Path) -> Iterator[psutil.Process]:
    """A server, from when it accepts connections."""
    with (where / f"{name}.log").open("w") as log:
        started = subprocess.Popen(command, cwd=where, stdout=log, stderr=log)
    try:
        for _ in range(6000):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            if started.poll() is not None:
                sys.exit(f"{name} ended: {(where / f'{name}.log').read_text()[-2000:]}")
            time.sleep(0.01)
        yield psutil.Process(started.pid)
    finally:
        for one in psutil.Process(started.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.terminate()
        started.terminate()
        started.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def compare(folder: Path, rounds: int, seconds: float) -> dict[str, Rival]:
    """Echo, ours stripped, ours with everything on, and reasons, in turn."""
    key, text = make_key("bench", ["score"], "")
    Keyring(folder / "keys.json").add(key)
    rows = np.random.default_rng(1).normal(size=(500, INPUTS)).tolist()
    events = [
        {"row_id": n, "card": n % 50, **dict(zip(NAMES, row, strict=True))}
        for n, row in enumerate(rows)
    ]
    asked = [request(SCORE, one, text) for one in events]
    why = [request(f"{SCORE}?explain=1", one, text) for one in events]
    rivals = {}
    with contextlib.ExitStack() as stack:
        for name in ("echo", "stripped", "everything"):
            port = free_port()
            script = [sys.executable, str(HERE / "serving_rivals.py"), name, str(port), str(folder)]
            process = stack.enter_context(running(name, script, port, folder))
            rivals[name] = Rival(name, process, port, asked)
        whole = rivals["everything"]
        rivals["reasons"] = Rival("reasons", whole.process, whole.port, why)
        alone = [Rival(f"{n} alone", rivals[n].process, rivals[n].port, rivals[n].requests)
                 for n in ("everything", "reasons")]  # fmt: skip
        rivals |= {one.name: one for one in alone}
        for one in rivals.values():  # what is loaded or compiled once is so by then
            _load(one.port, 1, 5.0 if one.name == "reasons" else 1.0, one.requests)
        for _ in range(rounds):
            for one in rivals.values():
                one.measure(1 if one in alone else CONNECTIONS, seconds)
    return rivals


def mlflow(folder: Path, rounds: int, seconds: float) -> Rival:
    """`mlflow models serve` of the same trees."""
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", str(folder / "mlflow")]
    command += ["--env-manager", "local", "-p", str(port), "-h", "127.0.0.1"]
    rows = np.random.default_rng(1).normal(size=(100, INPUTS)).astype(np.float32).tolist()
    asked = [
        request("/invocations", {"dataframe_split": {"columns": NAMES, "data": [row]}})
        for row in rows
    ]
    with running("mlflow", command, port, folder) as process:
        rival = Rival("mlflow", process, port, asked, launched=True)
        for _ in range(100):
            if "200" in _load(port, 1, 0.5, asked[:1])["statuses"]:
                break
        for _ in range(rounds):
            rival.measure(CONNECTIONS, seconds)
    return rival


def fraud(folder: Path, rounds: int, seconds: float) -> tuple[Rival, float, float] | None:
    """`penstock serve fraud`, seconds until it answers, and its MB then; None where not built."""
    if not (ROOT / "data/fraud/features").is_dir():
        return None
    for part in PARTS:
        (folder / part).symlink_to(ROOT / part)
    subprocess.run(["penstock", "promote", "fraud"], cwd=folder, check=True, capture_output=True)
    port = free_port()
    command = ["penstock", "serve", "fraud", "--unjudged", "--port", str(port)]
    with running("first", command, port, folder):
        """The first start makes the states, once."""
    start = time.perf_counter()
    with running("fraud", command, port, folder) as process:
        with urlopen(f"http://127.0.0.1:{port}/readyz"):
            pass
        ready, used = time.perf_counter() - start, process.memory_info().rss / 2**20
        rival = Rival("fraud", process, port, [])
        _load(port, CONNECTIONS, 10.0, list(_transactions(0)))  # states come into memory
        for number in range(rounds):
            rival.requests = list(_transactions(number + 1))
            rival.measure(CONNECTIONS, seconds)
    return rival, ready, used


def _transactions(batch: int) -> Iterator[str]:
    random = np.random.default_rng(batch)
    # One moment for all: connections overtake each other, and an event may not be late.
    moment = np.datetime64("2018-10-02T00:00:00") + np.timedelta64(batch, "m")
    cards, terminals = random.integers(0, 5000, MANY), random.integers(0, 10_000, MANY)
    for n in range(MANY):
        event = {
            "transaction_id": 10**9 + batch * MANY + n,
            "time": f"{moment}Z",
            "customer": int(cards[n]),
            "terminal": int(terminals[n]),
            "amount": float(round(random.gamma(1.0, 50.0), 2)),
        }
        yield request("/v1/fraud/score", event)


def main() -> None:
    """Print every figure, then the claims; exit status 1 where one does not hold."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="longer rounds, and more")
    options.add_argument("--depth", type=int, default=4, help="of the trees")
    asked = options.parse_args()
    rounds, seconds = (15, 3.0) if asked.full else (7, 1.0)
    print(f"{platform.machine()}, Python {platform.python_version()}, {CONNECTIONS} connections")
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        train(Path(one), asked.depth)
        rivals = compare(Path(one), rounds, seconds)
        rivals["mlflow"] = mlflow(Path(one), 3, seconds)
        online = fraud(Path(other), rounds, seconds)
    if online:
        rivals["fraud"] = online[0]
    echo = rivals["echo"].median("µs")
    for name, rival in rivals.items():
        print(
            f"{name:17}{rival.median('µs'):8.1f} µs CPU (+{rival.median('beside'):.1f} beside)"
            f"{rival.median('per_second'):9,.0f} /s"
            f"{rival.median('p50_ms'):8.2f} ms p50{rival.median('p99_ms'):8.2f} ms p99"
            f"{echo / rival.median('µs'):7.2f} of the echo"
        )
    claims = {
        "stripped: at least .6 of the echo": echo / rivals["stripped"].median("µs") >= 0.6,
        "everything: at least .45": echo / rivals["everything"].median("µs") >= 0.45,
        "everything: at least 15 times mlflow": rivals["mlflow"].median("µs")
        >= 15 * rivals["everything"].median("µs"),
        "p99 of everything at most 20 ms": rivals["everything"].median("p99_ms") <= 20,
        "reasons: at most twice the latency": rivals["reasons alone"].median("p50_ms")
        <= 2 * rivals["everything alone"].median("p50_ms"),
    }
    if online:
        _, ready, used = online
        print(f"penstock serve fraud: ready after {ready:.1f} s, {used:.0f} MB")
        claims["online features: at least 2,000 a CPU second"] = rivals["fraud"].median("µs") <= 500
        claims["ready within 2 s, in 250 MB"] = ready <= 2 and used <= 250
    for claim, holds in claims.items():
        print(f"{'holds' if holds else 'DOES NOT HOLD'}  {claim}")
    if not all(claims.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
