"""What a prediction came from: its input, its features, its model, the data of that model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from penstock.core.contracts import Signature
from penstock.core.errors import PenstockError
from penstock.effects.champions import Store
from penstock.lineage import SHORT
from penstock.models.training.matrix import names_of
from penstock.scoring.contract import read_contract
from penstock.serving.contracts import Prediction


def trace(root: Path, prediction: Prediction) -> dict[str, Any]:
    """All that is on record of a prediction, as plain JSON.

    Returns:
        `id`, `project`, `at` (ISO 8601, UTC), `arm`, `returned` (False of a shadow's), `score`,
        `scorer`, `event_id`, `entity`, `event` as it was posted, `features` {name: value, None of
        what was not known}, `model` {candidate, key, sha256}, `data` {lock_revision, raw_sha256,
        source}, and `replay`, the command that computes the score again. Where the store has lost
        the model, nobody knows the names any more, and they are numbers.
    """
    origin, values = prediction.origin, _values(prediction.vector)
    names = _names(root, prediction) or [str(number) for number in range(len(values))]
    return {
        "id": prediction.id,
        "project": prediction.project,
        "at": datetime.fromtimestamp(prediction.at / 1e6, UTC).isoformat(timespec="microseconds"),
        "arm": prediction.arm,
        "returned": prediction.arm != "shadow",
        "score": prediction.score,
        "scorer": prediction.scorer,
        "event_id": prediction.event_id,
        "entity": prediction.entity,
        "event": _event(prediction.event),
        "features": dict(zip(names, values, strict=True)),
        "model": {
            "candidate": origin.candidate,
            "key": origin.key,
            "sha256": origin.model_sha256,
        },
        "data": {
            "lock_revision": origin.lock_revision,
            "raw_sha256": origin.raw_sha256,
            "source": origin.source,
        },
        "replay": f"penstock replay {prediction.id}",
    }


def in_words(told: Mapping[str, Any]) -> Iterator[str]:
    """What `trace` gave, for a person."""
    model, data = told["model"], told["data"]
    returned = "" if told["returned"] else ", which nobody was told"
    revision = data["lock_revision"]
    yield f"prediction {told['id']}"
    yield f"  score     {told['score']:.6g} by {told['scorer']}{returned}"
    yield f"  at        {told['at']}"
    yield f"  project   {told['project']}"
    yield f"  arm       {told['arm']}"
    yield f"  event     {told['event_id']}, entity {told['entity']}"
    yield f"  posted    {json.dumps(told['event'], ensure_ascii=False)}"
    yield f"  model     {model['candidate']} {model['key'][:SHORT]}, file sha256 {model['sha256']}"
    yield f"  dvc.lock  {revision or 'not committed when the model was kept'}"
    yield f"  raw data  sha256 {data['raw_sha256']}"
    yield f"  source    {data['source']}"
    yield "  features"
    wide = max(map(len, told["features"]), default=0)
    for name, value in told["features"].items():
        yield f"    {name:<{wide}}  {'not known' if value is None else format(value, '.9g')}"


def _names(root: Path, prediction: Prediction) -> list[str] | None:
    """Of the model's inputs; None where the store has lost it."""
    try:
        folder = Store.open(root).fetch(prediction.project, prediction.origin.key)
        names = list(names_of(Signature(read_contract(folder).inputs())))
    except PenstockError:
        return None
    return names if len(names) * 4 == len(prediction.vector) else None


def _values(vector: bytes) -> list[float | None]:
    """The shortest numbers that are these float32 values; None where one is none."""
    values = np.frombuffer(vector, "<f4")
    return [float(str(value)) if np.isfinite(value) else None for value in values]


def _event(event: bytes) -> Any:
    try:
        return json.loads(event)
    except ValueError:
        return event.decode("utf-8", "backslashreplace")
