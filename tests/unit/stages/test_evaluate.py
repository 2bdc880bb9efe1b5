"""The predictions as they land: one file, whatever columns the candidates have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from penstock.stages.evaluate import PREDICTIONS, write_predictions


def frame(split: str, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"row_id": [1, 2], "split": split, "score": [0.5, 0.25]} | columns)


def test_candidates_stand_in_order_with_what_each_has_and_nothing_where_it_has_none(tmp_path):
    undecided = pd.array([None, None], dtype="boolean")
    given = {
        "tree": frame("test", probability=np.array([0.9, np.nan]), alert=[True, False]),
        "net": frame("first", probability=np.nan, alert=undecided),
        "bare": frame("test"),
    }
    write_predictions(tmp_path / PREDICTIONS, given)
    found = pd.read_parquet(tmp_path / PREDICTIONS)
    assert found["candidate"].tolist() == ["tree", "tree", "net", "net", "bare", "bare"]
    assert found["split"].tolist() == ["test", "test", "first", "first", "test", "test"]
    assert found["alert"].tolist()[:2] == [True, False]
    assert found["alert"].isna().tolist() == [False, False, True, True, True, True]
    assert found["probability"].tolist()[0] == 0.9
    assert found["probability"].isna().sum() == 5
    assert pq.ParquetFile(tmp_path / PREDICTIONS).metadata.num_row_groups == 3


def test_the_same_predictions_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_predictions(tmp_path / name, {"tree": frame("test"), "net": frame("test")})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
