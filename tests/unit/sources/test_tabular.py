"""Several files as one table, CSV and Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from penstock.sources import parquet_file
from penstock.sources.errors import BadCell, SourceError
from penstock.sources.tabular import batches_of
from tests.unit.sources.given import HEADER, ROWS, options, target, write_csv

FRAME = pd.DataFrame(
    {
        "transaction_id": [1, 2],
        "time": pd.to_datetime(["2024-05-01 08:00", "2024-05-01 08:01"]).astype("datetime64[ns]"),
        "customer": ["7", "8"],
        "terminal": pd.array([3, 4], "int32"),
        "amount": [1.5, 2.5],
        "label": [True, False],
        "note": ["x", "y"],
    }
)


def read(*paths: Path, **settings: Any) -> pd.DataFrame:
    batches = batches_of(paths, options(**settings), target())
    frame: pd.DataFrame = pa.Table.from_batches(batches).to_pandas()
    return frame


def test_parquet_comes_in_the_types_of_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "mine.parquet"
    FRAME.to_parquet(path)
    frame = read(path)
    assert frame["customer"].tolist() == [7, 8]
    assert frame["label"].tolist() == [1, 0]
    assert frame["time"].dtype == "datetime64[us]"
    assert "note" not in frame


def test_a_value_that_does_not_fit_is_named_with_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "BATCH_ROWS", 10)
    path = tmp_path / "mine.parquet"
    frame = pd.concat([FRAME] * 20, ignore_index=True)
    frame.loc[33, "customer"] = "seven"
    frame.to_parquet(path)
    with pytest.raises(BadCell, match=r"row 34, column 'customer': expected a whole number"):
        read(path)


def test_a_file_that_is_no_parquet_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "mine.parquet"
    path.write_bytes(b"not at all")
    with pytest.raises(SourceError, match="no Parquet that can be read"):
        read(path)


def test_files_follow_one_another_and_rows_are_numbered_through(tmp_path: Path) -> None:
    header = HEADER.removeprefix("transaction_id,")
    rows = [row.partition(",")[2] for row in ROWS]
    one = write_csv(tmp_path / "1.csv", *rows, header=header)
    two = write_csv(tmp_path / "2.csv", *rows, header=header)
    assert read(one, two)["transaction_id"].tolist() == [0, 1, 2, 3, 4, 5]


def test_files_of_other_columns_are_an_error_that_names_them(tmp_path: Path) -> None:
    one = write_csv(tmp_path / "1.csv", *ROWS)
    two = write_csv(tmp_path / "2.csv", "1,2024-05-01", header="transaction_id,time")
    with pytest.raises(SourceError, match=r"lacks \['amount', 'customer', 'label', 'terminal'\]"):
        read(one, two)


def test_a_header_without_rows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a header, but no row"):
        read(write_csv(tmp_path / "mine.csv"))


def test_a_name_that_does_not_say_the_format_is_an_error_until_params_do(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "mine.txt", *ROWS)
    with pytest.raises(SourceError, match=r"projects\.fraud\.source\.format"):
        read(path)
    assert len(read(path, format="csv")) == 3
