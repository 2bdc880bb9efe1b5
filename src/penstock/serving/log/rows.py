"""Predictions as Arrow tables, and back."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa

from penstock.serving.contracts import Origin, Prediction

STAMP = pa.timestamp("us", tz="UTC")
ORIGIN = ("candidate", "key", "model_sha256", "lock_revision", "raw_sha256", "source")
TEXTS = ("id", "arm", "scorer", "event_id", "entity")
SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("at", STAMP, nullable=False),
        pa.field("project", pa.string(), nullable=False),
        pa.field("arm", pa.string(), nullable=False),
        *(pa.field(name, pa.string()) for name in ORIGIN),
        pa.field("scorer", pa.string(), nullable=False),
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("entity", pa.string(), nullable=False),
        pa.field("event", pa.binary(), nullable=False),
        pa.field("vector", pa.list_(pa.float32()), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("listed", pa.binary()),  # null of an event, and before there were lists
    ]
)


def to_table(predictions: Sequence[Prediction]) -> pa.Table:
    """One row each, in their order.

    Raises:
        ValueError: one is not as the contract says: a vector of odd length, text that is none.
    """
    columns: dict[str, Any] = {
        name: pa.array(list(map(attrgetter(name), predictions)), pa.string()) for name in TEXTS
    }
    columns |= _origins(predictions)
    columns["at"] = pa.array([one.at for one in predictions], pa.int64()).cast(STAMP)
    columns["event"] = pa.array([one.event for one in predictions], pa.binary())
    columns["vector"] = _vectors([one.vector for one in predictions])
    columns["score"] = pa.array([one.score for one in predictions], pa.float64())
    columns["listed"] = pa.array([one.listed or None for one in predictions], pa.binary())
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def to_predictions(table: pa.Table) -> list[Prediction]:
    """What `to_table` was given."""
    vectors = [_bytes(vector) for vector in table["vector"]]
    at = table["at"].cast(pa.int64()).to_pylist()
    rest = table.drop_columns(["vector", "at"]).to_pylist()
    return [
        Prediction(
            origin=Origin(project=row["project"], **{name: row.pop(name) for name in ORIGIN}),
            vector=vector,
            at=moment,
            listed=row.pop("listed") or b"",
            **row,
        )
        for row, vector, moment in zip(rest, vectors, at, strict=True)
    ]


def with_new_columns(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table of an earlier day as `schema`: columns that it lacks hold nulls."""
    both = [schema.empty_table(), table.replace_schema_metadata()]
    return pa.concat_tables(both, promote_options="default").cast(schema)


def _origins(predictions: Sequence[Prediction]) -> dict[str, Any]:
    """Few models answer: their names are written once and taken by number."""
    known: dict[int, int] = {}
    distinct: list[Origin] = []
    numbers = []
    for one in predictions:
        number = known.get(id(one.origin))
        if number is None:
            number = known[id(one.origin)] = len(distinct)
            distinct.append(one.origin)
        numbers.append(number)
    taken = pa.array(numbers, pa.int32())
    return {
        name: pa.array([getattr(one, name) for one in distinct], pa.string()).take(taken)
        for name in ("project", *ORIGIN)
    }


def _vectors(vectors: Sequence[bytes]) -> Any:
    lengths = np.fromiter(map(len, vectors), np.int64, len(vectors))
    ends = np.concatenate([[0], np.cumsum(lengths // 4)]).astype(np.int32)
    if (lengths % 4).any():
        raise ValueError("a vector is no float32 values")
    values = pa.array(np.frombuffer(b"".join(vectors), "<f4"))
    return pa.ListArray.from_arrays(pa.array(ends), values)


def _bytes(vector: Any) -> bytes:
    values = vector.values
    return bytes(np.asarray(values.to_numpy(zero_copy_only=False), "<f4").tobytes())
