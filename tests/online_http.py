"""A simulated world posted to `penstock serve`, against what the batch pipeline makes of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from penstock.core.dataset import Dataset, save
from penstock.features.clock import DAY
from penstock.projects.fraud.features import featurize
from penstock.projects.fraud.inputs import FeatureSettings
from penstock.projects.fraud.simulator import SimulatorSettings, simulate
from penstock.serving.log.opening import open_reader
from penstock.serving.served import open_served
from tests.kept_models import KEY, crowned_fraud, matrix_of
from tests.served_command import served
from tests.serving_process import Client
from tests.workspace import ROOT

DELAY = 7 * DAY
COLUMNS = ["transaction_id", "time", "customer", "terminal", "amount"]
LABEL = ["transaction_id", "customer", "terminal", "label"]


@contextmanager
def serving(root: Path) -> Iterator[Client]:
    """A connection to `penstock serve fraud` over `root`, which is stopped in the end."""
    command = ("penstock", "serve", "fraud")
    with served(root, *command, seconds=120, PYTHONPATH=str(ROOT / "src")) as port:
        yield Client(port)


class World:
    """What is posted, and what is to come back.

    Args:
        rows: of the world; the data holds the first `warm` of them, with the labels of the day.
    """

    def __init__(self, root: Path, settings: SimulatorSettings, warm: int, rows: int) -> None:
        table = simulate(settings).drop(columns="scenario").iloc[:rows]
        whole = Dataset({"transactions": table})
        features = featurize(whole, FeatureSettings())
        self.warm, self.root = warm, root
        for name in ("params.yaml", "dvc.yaml"):
            shutil.copy(ROOT / name, root / name)
        self.store = crowned_fraud(root, features, trees=20)
        known = table.iloc[:warm]
        young = known["time"] > known["time"].iloc[-1] - pd.Timedelta(days=7)
        told = known.assign(label=known["label"].astype("Int8").mask(young))
        save(Dataset({"transactions": told}), root / "data/fraud/valid")
        self.inputs = matrix_of(features)
        self.times = table["time"].to_numpy().astype("datetime64[us]").view(np.int64)
        text = table.assign(time=table["time"].dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
        self.events: list[dict[str, Any]] = text[COLUMNS].to_dict("records")
        self.labels: list[dict[str, Any]] = table[LABEL].astype(int).to_dict("records")
        self._told = int(np.searchsorted(self.times, self.times[warm - 1] - DELAY, "right"))
        self.scores: dict[int, float] = {}

    def post(self, client: Client, row: int) -> None:
        """The labels that are due, a hundred at a time, then the event; twice now and then."""
        due = int(np.searchsorted(self.times, self.times[row] - DELAY, "right"))
        while self._told < due:
            some = self.labels[self._told : min(due, self._told + 100)]
            reply = client.post("/v1/fraud/labels", some)
            assert reply.status == 200, reply.body
            self._told += len(some)
        reply = client.post("/v1/fraud/score", self.events[row])
        assert reply.status == 200, reply.body
        self.scores[row] = reply.json["score"]
        if row % 97 == 0:
            assert client.post("/v1/fraud/score", self.events[row]).body == reply.body

    def check(self) -> None:
        """Scores within a millionth of the model's own library; features the same to the bit."""
        rows = sorted(self.scores)
        served = open_served(self.store, "fraud", KEY)
        expected = served.rescore(np.ascontiguousarray(self.inputs[rows]), "native")
        made = np.array([self.scores[row] for row in rows])
        assert np.abs(made - expected).max() <= 1e-6
        log = pa.concat_tables(
            open_reader(self.root).tables("fraud", columns=["event_id", "vector"])
        )
        ids = [int(one) for one in log["event_id"].to_pylist()]
        vectors = np.array(log["vector"].to_pylist(), np.float32)
        place = {self.events[row]["transaction_id"]: row for row in rows}
        assert sorted(ids) == sorted(place)  # each once
        told = self.inputs[[place[one] for one in ids]]
        assert vectors.tobytes() == np.ascontiguousarray(told).tobytes()


def replay(root: Path, settings: SimulatorSettings, warm: int, posts: int) -> None:
    """Post `posts` transactions in order of time; the server is started anew half way."""
    world = World(root, settings, warm, warm + posts)
    half = warm + posts // 2
    for start, end in ((warm, half), (half, warm + posts)):
        with serving(root) as client:
            for row in range(start, end):
                world.post(client, row)
    world.check()
