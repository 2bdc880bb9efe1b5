"""Rows of a file come in chunks of one size, whatever the groups or blocks they lie in."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from penstock.serving.batch.errors import ColumnMistyped, NotReadable
from penstock.serving.batch.reading import open_rows

TYPES = {"id": pa.int64(), "amount": pa.float64()}
TABLE = pa.table(
    {"id": range(1000), "amount": [one / 4 for one in range(1000)], "more": ["x"] * 1000}
)


@pytest.mark.parametrize("group", [7, 64, 1000])
def test_chunks_are_of_one_size(group: int, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(TABLE, path, row_group_size=group)

    rows = open_rows(path)
    chunks = list(rows.chunks(TYPES, 300))

    assert rows.total == 1000
    assert [one.num_rows for one in chunks] == [300, 300, 300, 100]
    assert pa.concat_tables(chunks).equals(TABLE.select(["id", "amount"]))


def test_a_csv_is_read_by_the_types_that_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("time,id,note\n2026-01-01 10:00:00,1,a\n2026-01-02,,b\n")

    [chunk] = open_rows(path).chunks({"id": pa.int64(), "time": pa.timestamp("us")}, 10)

    assert chunk.column("id").to_pylist() == [1, None]
    assert [str(one) for one in chunk.column("time").to_pylist()] == [
        "2026-01-01 10:00:00",
        "2026-01-02 00:00:00",
    ]


def test_whole_numbers_that_are_floats_fit_and_others_do_not(tmp_path: Path) -> None:
    for number, fits in ((3.0, True), (3.5, False)):
        pq.write_table(pa.table({"id": [number]}), tmp_path / "rows.parquet")
        chunks = open_rows(tmp_path / "rows.parquet").chunks({"id": pa.int64()}, 10)
        if fits:
            assert next(chunks).column("id").to_pylist() == [3]
        else:
            with pytest.raises(ColumnMistyped, match="column 'id': expected int64"):
                next(chunks)


def test_text_where_a_csv_should_hold_a_number_is_said(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("id\n1\nmany\n")

    with pytest.raises(NotReadable, match="many"):
        list(open_rows(tmp_path / "rows.csv").chunks({"id": pa.int64()}, 10))
