"""Batches as one Parquet file, and the other parts beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from penstock.core.dataset import load, write_manifest
from penstock.sources import raw
from penstock.sources.raw import write_batches, write_parts


def batches(*sizes: int) -> list[pa.RecordBatch]:
    return [pa.record_batch({"x": list(range(size))}) for size in sizes]


def test_small_batches_share_a_row_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "ROWS_A_GROUP", 10)
    path = tmp_path / "t.parquet"
    assert write_batches(iter(batches(4, 4, 4, 1, 20, 1)), path) == 34
    groups = pq.ParquetFile(path).metadata
    sizes = [groups.row_group(number).num_rows for number in range(groups.num_row_groups)]
    assert sizes == [8, 5, 20, 1]
    assert pq.read_table(path)["x"].to_pylist()[:9] == [0, 1, 2, 3, 0, 1, 2, 3, 0]


def test_the_same_batches_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_batches(iter(batches(5, 6)), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_empty_batch_makes_an_empty_table(tmp_path: Path) -> None:
    assert (
        write_batches(iter([pa.record_batch({"x": pa.array([], pa.int8())})]), tmp_path / "e") == 0
    )
    assert pq.read_table(tmp_path / "e").schema.names == ["x"]


def test_tables_tensors_and_an_environment_make_one_dataset(tmp_path: Path) -> None:
    images = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
    parts = [
        ("t", iter(batches(3, 2))),
        ("image", images),
        ("label", np.array([1, 0])),
        ("environment", {"arms": [0.2, 0.8]}),
    ]
    rows = write_parts(iter(parts), tmp_path)
    assert rows == {"t": 5, "image": 2, "label": 2}
    write_manifest(tmp_path, rows, {})
    dataset = load(tmp_path)
    assert len(dataset.tables["t"]) == 5
    assert np.array_equal(dataset.tensors["image"], images)
    assert dataset.environment == {"arms": [0.2, 0.8]}
