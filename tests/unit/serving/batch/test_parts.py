"""Parts that are there are not made again, and what a kill left between two is."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from penstock.serving.batch.parts import Parts

STATES = pa.table({"entity": ["card"], "state": [b"x"]})


def part(number: int) -> pa.Table:
    return pa.table({"score": [float(number)]})


def test_parts_are_counted_as_far_as_none_is_missing(tmp_path: Path) -> None:
    parts = Parts(tmp_path / "parts")
    for number in (0, 1, 3):
        parts.write(number, part(number), None)

    assert parts.done(remembers=False) == 2


def test_a_part_whose_states_were_not_written_is_scored_again(tmp_path: Path) -> None:
    parts = Parts(tmp_path / "parts")
    assert parts.done(remembers=True) == 0
    parts.write(0, part(0), STATES)
    parts.write(1, part(1), None)

    assert parts.done(remembers=True) == 1
    assert parts.states().select(["entity", "state"]).equals(STATES)


def test_joined_they_are_one_file_and_gone(tmp_path: Path) -> None:
    parts = Parts(tmp_path / "parts")
    for number in (0, 1):
        parts.write(number, part(number), None)

    parts.join(tmp_path / "out" / "scores.parquet", 2, part(0).slice(0, 0), {"by": "us"})

    found = pq.read_table(tmp_path / "out" / "scores.parquet")
    assert found.column("score").to_pylist() == [0.0, 1.0]
    assert found.schema.metadata[b"by"] == b"us"
    assert not (tmp_path / "parts").exists()
