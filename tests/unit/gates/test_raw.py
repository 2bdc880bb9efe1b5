"""Raw tables read as they lie."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from penstock.core.dataset import write_manifest, write_table
from penstock.gates.raw import read_raw

LARGE = 2**53 + 1  # float64 would make it even


def test_a_null_in_an_integer_column_changes_no_other_value(tmp_path: Path) -> None:
    arrow = pa.table({"id": pa.array([LARGE, None]), "seen": pa.array([True, None])})
    write_table(arrow, tmp_path / "t.parquet")
    write_manifest(tmp_path, {"t": 2}, {})
    table = read_raw(tmp_path).tables["t"]
    assert table["id"].tolist() == [LARGE, pd.NA]
    assert table.dtypes.astype(str).tolist() == ["Int64", "boolean"]


def test_columns_without_nulls_have_plain_types(tmp_path: Path) -> None:
    write_table(pd.DataFrame({"id": [1, 2], "x": [np.nan, 1.0]}), tmp_path / "t.parquet")
    write_manifest(tmp_path, {"t": 2}, {"source": "here"})
    raw = read_raw(tmp_path)
    assert raw.tables["t"].dtypes.astype(str).tolist() == ["int64", "float64"]
    assert raw.notes == {"source": "here"}
