"""A server's app over small real parts: an ONNX model, features of the row alone, a log on disk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from penstock.core.contracts import Column
from penstock.core.errors import PenstockError
from penstock.core.settings import parse
from penstock.effects.champions import Store
from penstock.effects.champions.errors import BadFile
from penstock.serving.alerts import Alerts
from penstock.serving.app import make_app
from penstock.serving.contracts import Admitted, Array, Event, Origin, ScorerName, Served
from penstock.serving.log.labels import open_labels
from penstock.serving.log.opening import open_log
from penstock.serving.metrics import Metrics
from penstock.serving.protection.guard import Guard
from penstock.serving.protection.keyring import Keyring
from penstock.serving.requests import EventType
from penstock.serving.rollout.rollout import Rollout
from penstock.serving.rollout.settings import RolloutSettings
from penstock.serving.router import Router
from penstock.serving.scoring import Scoring
from penstock.serving.settings import ServingSettings
from penstock.serving.state import State
from tests.champions import keep, pointer_to

PROJECT = "river"
COLUMNS = (
    Column("gauge_id", "int64", "id", says="unique"),
    Column("time", "timestamp[us]", "time", says="in UTC"),
    Column("station", "int64", "entity", says="at least 0"),
    Column("level", "float64", "value", says="metres"),
    Column("rain", "float64", says="millimetres", nullable=True),
    Column("note", "string", optional=True),
    Column("flood", "int8", "target", nullable=True),
)
INPUTS = ("level", "rain")
MUTE = "e"  # digit of the model that tells no reasons
EVENT = {"gauge_id": 1, "time": "2024-01-01T00:00:00Z", "station": 7, "level": 2.5, "rain": 1.0}


class StationUnknown(PenstockError):
    """The one refusal that these features know."""

    def __init__(self) -> None:
        super().__init__("station: expected at least 0, came less\n  fix: send a station's number")


class RainUnknown(PenstockError):
    """What the model says of a gap."""

    def __init__(self) -> None:
        super().__init__("rain: not known, and the model takes no gaps\n  fix: send it")


class Mute(PenstockError):
    """What a model says that can't tell reasons."""

    def __init__(self) -> None:
        super().__init__("it can't tell what its scores are made of")


class Linear:
    """A logistic regression in ONNX: sigmoid(level · w + rain · w)."""

    def __init__(self, digit: str, weight: float = 1.0) -> None:
        self.origin = Origin(PROJECT, f"linear-{digit}", digit * 64, "ab" * 32, None, "cd" * 32, "")
        self.inputs = INPUTS
        graph = helper.make_graph(
            [
                helper.make_node("MatMul", ["x", "w"], ["sum"]),
                helper.make_node("Sigmoid", ["sum"], ["y"]),
            ],
            "linear",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])],
            [helper.make_tensor("w", TensorProto.FLOAT, [2, 1], [weight, weight])],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model)
        self._session = onnxruntime.InferenceSession(model.SerializeToString())
        self.calls: list[int] = []

    def score(self, rows: Array) -> tuple[Array, ScorerName]:
        self.calls.append(len(rows))
        if not np.isfinite(rows).all():
            raise RainUnknown
        return self.rescore(rows, "onnx"), "onnx"

    def rescore(self, rows: Array, scorer: ScorerName) -> Array:
        [scores] = self._session.run(None, {"x": rows})
        return np.asarray(scores[:, 0], dtype=np.float64)

    def reasons(self, rows: Array) -> list[dict[str, Any]]:
        if self.origin.key.startswith(MUTE):
            raise Mute
        said = [{"group": "level", "says": "the level is high", "contribution": 1.0}]
        return [{"reasons": said, "rest": 0.5, "base": -1.0, "margin": 0.5} for _ in rows]


class RowFeatures:
    """Features of the row alone; answers are remembered by id."""

    names, entity, id = INPUTS, "station", "gauge_id"

    def __init__(self) -> None:
        self.answers: dict[Any, bytes] = {}
        self.labels: list[Event] = []
        self.closed = False

    def admit(self, event: Event) -> Admitted:
        if event["station"] < 0:
            raise StationUnknown
        rain = np.nan if event["rain"] is None else event["rain"]
        return Admitted(np.array([event["level"], rain]), self.answers.get(event["gauge_id"]))

    def settle(self, event: Event, answer: bytes) -> None:
        self.answers[event["gauge_id"]] = answer

    def learn(self, labels: list[Event]) -> int:
        self.labels += labels
        return len(labels)

    def close(self) -> None:
        self.closed = True


def open_linear(store: Store, project: str, key: str) -> Served:
    """The model that is kept under 64 times one digit; `f` is damaged."""
    if key[0] == "f":
        raise BadFile(f"{store.url}/{key}", "it is cut short", "penstock rollback river")
    return Linear(key[0], weight=int(key[0], 16) / 10)


def crown_linear(root: Path, digit: str) -> None:
    """Make the model of `digit` the champion, kept first."""
    store = Store.open(root)
    version = keep(store, root / "made" / f"{digit}-{time.time_ns()}", digit)
    now = store.pointer(PROJECT)
    store.point(PROJECT, pointer_to(version), now.key if now else None)


def open_app(
    root: Path, *, keys: bool = False, challenger: str | None = None, **blocks: Any
) -> tuple[Router, State]:
    """The app of one project, `river`, and what it holds; close the state.

    Args:
        challenger: digit of a model that scores along.
    """
    settings = parse(ServingSettings, blocks, "serving")
    ring = Keyring(root / "keys.json") if keys else None
    metrics = Metrics()
    guard = Guard(ring, settings.rate)
    if Store.open(root).pointer(PROJECT) is None:
        crown_linear(root, "a")
    if challenger is not None:
        keep(Store.open(root), root / "made", challenger)
    rollout = Rollout(
        root,
        PROJECT,
        RolloutSettings(
            mode="shadow" if challenger else "off", challenger=challenger and challenger * 6
        ),
        open_linear,
    )
    state = State(root, settings, guard, metrics, open_log(root, settings.log), open_labels(root))
    state.columns[PROJECT], state.rollouts[PROJECT] = COLUMNS, rollout
    posted = [one for one in COLUMNS if one.role != "target"]
    state.scoring[PROJECT] = Scoring(
        PROJECT,
        EventType("RiverEvent", posted, settings.limits),
        RowFeatures(),
        rollout,
        state.log,
        Alerts(root, "classification", PROJECT, "level"),
        metrics,
    )
    rollout.start()
    return make_app(state), state
