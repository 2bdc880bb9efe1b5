"""The servers that benchmarks/serving.py compares, each a process: python … NAME PORT FOLDER."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # before a library starts its threads

import numpy as np
import pandas as pd

from penstock.core.contracts import Column, FitContext, Input, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.files import sha256_of_file
from penstock.core.settings import parse
from penstock.effects.champions import Store, TrainEntry, Version
from penstock.scoring.contract import CONTRACT, read_contract, write_contract
from penstock.serving.address import listen
from penstock.serving.alerts import Alerts
from penstock.serving.app import make_app
from penstock.serving.contracts import Admitted, Event, Served
from penstock.serving.log.labels import open_labels
from penstock.serving.log.opening import open_log
from penstock.serving.metrics import Metrics
from penstock.serving.protection.guard import Guard
from penstock.serving.protection.keyring import Keyring
from penstock.serving.requests import EventType
from penstock.serving.scoring import Scoring
from penstock.serving.served import open_served
from penstock.serving.server import configure
from penstock.serving.settings import ServingSettings
from penstock.serving.state import State

INPUTS, TREES = 30, 500
NAMES = [f"x{number}" for number in range(INPUTS)]
PROJECT = "creditcard"  # its inputs speak for themselves
KEY = "5e" * 32
COLUMNS = (
    Column("row_id", "int64", "id"),
    Column("card", "int64", "entity"),
    *(Column(name, "float64") for name in NAMES),
)
RATE = {"per_second": 1e9, "burst": 10**9}  # counted, never reached


def train(folder: Path, depth: int) -> None:
    """Keep 500 trees on 30 inputs in a store of champions, and as MLflow wants them."""
    from penstock.models.classification.xgboost import XGBoostClassifier

    random = np.random.default_rng(0)
    values = random.normal(size=(20_000, INPUTS)).astype(np.float32)
    label = (values[:, ::3].sum(axis=1) + random.normal(size=len(values)) > 5).astype(np.int8)
    data = Dataset({"features": pd.DataFrame(values, columns=NAMES)})
    signature = Signature(tuple(map(Input, NAMES)))
    settings = parse(XGBoostClassifier.Settings, {"trees": TREES, "max_depth": depth}, "")
    context = FitContext(seed=0, threads=1, device="cpu", checkpoint_dir=folder)
    model = XGBoostClassifier(settings).fit(View(data, signature, label), context)
    kept = folder / "kept"
    (kept / "model").mkdir(parents=True)
    model.save(kept / "model")
    write_contract(
        kept, model="classification/xgboost", settings=model.get_params(), signature=signature,
        seed=0, threads=1, trained_through=None,
    )  # fmt: skip
    files = {**read_contract(kept).files, CONTRACT: sha256_of_file(kept / CONTRACT)}
    entry = TrainEntry(address="train@bench", deps={}, params={}, outs={})
    version = Version(
        project=PROJECT, candidate="xgboost", task="classification",
        model="classification/xgboost", key=KEY, trained_through=None, seed=0, lock_revision=None,
        train_entry=entry, raw={"table": "ab" * 32}, features="none", source=None, files=files,
    )  # fmt: skip
    Store.open(folder).keep(PROJECT, version, kept)
    import mlflow.xgboost

    mlflow.xgboost.save_model(model.booster, folder / "mlflow")


class Row:
    """Features of the row alone, as they came."""

    names, entity, id = tuple(NAMES), "card", "row_id"

    def admit(self, event: Event) -> Admitted:
        return Admitted(np.array([event[name] for name in self.names]))

    def settle(self, event: Event, answer: bytes) -> None:
        """Nothing is remembered: every id is as good as new."""

    def learn(self, labels: list[Event]) -> int:
        return 0

    def close(self) -> None:
        """Nothing is open."""


class Alone:
    """One model for everybody."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def choose(self, entity: str) -> tuple[Served, Any]:
        return self._served, "champion"

    def shadows(self) -> tuple[Served, ...]:
        return ()


def ours(folder: Path, *, stripped: bool) -> Any:
    """Our app: with keys, rates, log and metrics, or without keys and log."""
    settings = ServingSettings.model_validate({"rate": RATE})
    ring = None if stripped else Keyring(folder / "keys.json")
    metrics, log = Metrics(), open_log(folder, settings.log)
    state = State(folder, settings, Guard(ring, settings.rate), metrics, log, open_labels(folder))
    state.columns[PROJECT] = (*COLUMNS, Column("label", "int8", "target"))
    state.scoring[PROJECT] = Scoring(
        PROJECT,
        EventType("Event", COLUMNS, settings.limits),
        Row(),
        Alone(open_served(Store.open(folder), PROJECT, KEY)),
        None if stripped else log,
        Alerts(folder, "classification", PROJECT, None),
        metrics,
    )
    return make_app(state)


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """The floor: the body comes, and goes back."""
    body: bytes = (await receive())["body"]
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Answer on loopback until a signal."""
    import uvicorn

    name, port, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if name == "echo":
        config = uvicorn.Config(
            echo, loop="uvloop", http="httptools", ws="none", lifespan="off",
            log_level="warning", access_log=False, server_header=False,
        )  # fmt: skip
    else:
        config = configure(ours(folder, stripped=name == "stripped"))
    with listen("127.0.0.1", port) as sock:
        uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    main()
