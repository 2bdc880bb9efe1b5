"""What the parts of the server hand to each other; each part can be read and tested alone.

A request travels: decoded → features → arm → scorer → (reasons) → log → answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import msgspec
import numpy as np

Array = np.ndarray[Any, Any]
Event = Mapping[str, Any]  # a row of the project's table as it was posted, times in microseconds
ScorerName = Literal["onnx", "native"]
Arm = Literal["champion", "challenger", "shadow"]


class Origin(msgspec.Struct, frozen=True, array_like=True):
    """Where a model comes from, as its version.json says.

    Attributes:
        key: content key of the model in the store of champions.
        model_sha256: of the file that is scored with.
        lock_revision: the commit that holds its dvc.lock; None where it was not committed.
        raw_sha256: of the raw data it was trained on.
        source: where that data came from, in one line.
    """

    project: str
    candidate: str
    key: str
    model_sha256: str
    lock_revision: str | None
    raw_sha256: str
    source: str


class Served(Protocol):
    """A model in memory, its files checked before they were read.

    Attributes:
        inputs: names of what it takes, in order.
    """

    origin: Origin
    inputs: tuple[str, ...]

    def score(self, rows: Array) -> tuple[Array, ScorerName]:
        """Float64 [rows] of a float32 matrix [rows, inputs], and which scorer gave them."""

    def rescore(self, rows: Array, scorer: ScorerName) -> Array:
        """`score` by the scorer that is named, to the same bits as when it was named by `score`."""

    def reasons(self, rows: Array) -> list[dict[str, Any]]:
        """Of each row: `reasons`, `rest`, `base`, `margin`, as `penstock explain --json` says."""


class Admitted(msgspec.Struct, frozen=True):
    """An event that has come.

    Attributes:
        vector: float64 [names]: its features.
        earlier: the answer that was given when the same id came before; nothing is counted twice.
    """

    vector: Array
    earlier: bytes | None = None


class Features(Protocol):
    """What turns an event into the inputs of models.

    Attributes:
        names: of the vector's features, in order.
        entity: the column whose value is the unit of an experiment.
        id: the column that tells events apart.
    """

    names: tuple[str, ...]
    entity: str
    id: str

    def admit(self, event: Event) -> Admitted:
        """The features of an event that comes now; it counts for those that follow.

        Raises:
            PenstockError: the event can't be taken (MissingColumn, ColumnUnfit, EventLate …).
        """

    def settle(self, event: Event, answer: bytes) -> None:
        """Remember what was answered, for when the same id comes again."""

    def learn(self, labels: list[Event]) -> int:
        """Note labels (columns id, label, known_at, entities); how many were new."""

    def close(self) -> None:
        """Put everything on disk."""


class Prediction(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One row of the prediction log.

    Attributes:
        at: microseconds since 1970, when it was answered.
        arm: `shadow` was scored and never returned.
        event: what was posted, as JSON.
        event_id: empty of a list, as `vector` is.
        vector: float32 [inputs of the model], little-endian.
        score: of a list, that of its first item; NaN where it has none.
        listed: the list that was answered, see `log.listed`; empty where an event was scored.
    """

    id: str
    at: int
    project: str
    arm: Arm
    origin: Origin
    scorer: ScorerName
    event_id: str
    entity: str
    event: bytes
    vector: bytes
    score: float
    listed: bytes = b""


class Log(Protocol):
    """The prediction log, written off the hot path."""

    def append(self, prediction: Prediction) -> None:
        """Take it; raises LogFull where the writer can't follow, so that the request is shed."""

    def find(self, prediction_id: str) -> Prediction | None:
        """Also one that was taken a moment ago."""

    def close(self) -> None:
        """Write all that was taken."""


class Arms(Protocol):
    """Which model answers whom; replaced as a whole when the pointer moves."""

    def choose(self, entity: str) -> tuple[Served, Arm]:
        """The model that answers an entity: the same for ever, while the shares stay."""

    def shadows(self) -> tuple[Served, ...]:
        """Models that score along and are never returned."""
