"""What a prediction came from: its input, its features, its model, the data of that model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from penstock.core.contracts import Signature
from penstock.core.errors import PenstockError
from penstock.effects.champions import Store
from penstock.lineage import SHORT
from penstock.models.training.matrix import names_of
from penstock.scoring.contract import read_contract
from penstock.serving.contracts import Prediction
from penstock.serving.log.listed import read_listed


def trace(root: Path, prediction: Prediction) -> dict[str, Any]:
    """All that is on record of a prediction, as plain JSON.

    Returns:
        `id`, `project`, `at` (ISO 8601, UTC), `arm`, `returned` (False of a shadow's), `scorer`,
        `entity`, `event` as it was posted, `model` {candidate, key, sha256}, `data`
        {lock_revision, raw_sha256, source}, and `replay`, the command that computes it again.

        Of an event besides: `score`, `event_id`, and `features` {name: value, None of what was not
        known}; where the store has lost the model, nobody knows the names any more, and they are
        numbers. Of a list: `items` [{item, score, lane}] in their order, and `basis`, see
        `log.listed.Basis`; the model's `sha256` is that of its contract.json.
    """
    origin = prediction.origin
    return {
        "id": prediction.id,
        "project": prediction.project,
        "at": datetime.fromtimestamp(prediction.at / 1e6, UTC).isoformat(timespec="microseconds"),
        "arm": prediction.arm,
        "returned": prediction.arm != "shadow",
        "scorer": prediction.scorer,
        "entity": prediction.entity,
        "event": _event(prediction.event),
        **(_of_list(prediction) if prediction.listed else _of_event(root, prediction)),
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
    revision, is_list = data["lock_revision"], "items" in told
    file = "contract.json" if is_list else "file"
    yield f"prediction {told['id']}"
    if is_list:
        yield f"  list      {len(told['items'])} items, for user {told['entity']}"
    else:
        yield f"  score     {told['score']:.6g} by {told['scorer']}{returned}"
    yield f"  at        {told['at']}"
    yield f"  project   {told['project']}"
    yield f"  arm       {told['arm']}"
    if not is_list:
        yield f"  event     {told['event_id']}, entity {told['entity']}"
    yield f"  posted    {json.dumps(told['event'], ensure_ascii=False)}"
    name = f"{model['candidate']} {model['key'][:SHORT]}"
    yield f"  model     {name}, {file} sha256 {model['sha256']}"
    yield f"  dvc.lock  {revision or 'not committed when the model was kept'}"
    yield f"  raw data  sha256 {data['raw_sha256']}"
    yield f"  source    {data['source']}"
    yield from _items_in_words(told) if is_list else _features_in_words(told)


def _features_in_words(told: Mapping[str, Any]) -> Iterator[str]:
    yield "  features"
    wide = max(map(len, told["features"]), default=0)
    for name, value in told["features"].items():
        yield f"    {name:<{wide}}  {'not known' if value is None else format(value, '.9g')}"


def _items_in_words(told: Mapping[str, Any]) -> Iterator[str]:
    basis = told["basis"]
    revision = basis["lock_revision"] or "not committed then"
    features = f"data/{told['project']}/features"
    yield f"  ranked    with {features}, sha256 of its hashes {basis['features_sha256']}"
    yield f"  trending  {basis['trending']}, contract.json sha256 {basis['trending_sha256']}"
    yield f"  both of   dvc.lock {revision}"
    yield "  items"
    wide = max((len(str(one["item"])) for one in told["items"]), default=0)
    for place, one in enumerate(told["items"], start=1):
        yield f"    {place:>4}  {one['item']!s:<{wide}}  {one['score']:.9g}  {one['lane']}"


def _of_event(root: Path, prediction: Prediction) -> dict[str, Any]:
    values = _values(prediction.vector)
    names = _names(root, prediction) or [str(number) for number in range(len(values))]
    return {
        "score": prediction.score,
        "event_id": prediction.event_id,
        "features": dict(zip(names, values, strict=True)),
    }


def _of_list(prediction: Prediction) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(read_listed(prediction.listed))
    return told


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
