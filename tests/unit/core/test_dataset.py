"""A dataset goes to disk and back, to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from penstock.core.dataset import Dataset, load, read_manifest, save, write_manifest, write_table
from penstock.core.errors import DatasetError
from penstock.core.files import read_json, sha256_of_file


def dataset() -> Dataset:
    rows = pd.DataFrame(
        {
            "id": np.array([3, 1, 2], dtype=np.int64),
            "time": pd.to_datetime(["2018-04-01", "2018-04-02", None]).astype("datetime64[us]"),
            "name": ["a", None, "é"],
            "label": pd.array([1, None, 0], dtype="Int8"),
        },
        index=[7, 8, 9],
    )
    tensors = {"b": np.arange(6, dtype=np.float32).reshape(3, 2).T, "a": np.array(2.5)}
    return Dataset(
        tables={"rows": rows}, tensors=tensors, environment={"arms": 2}, notes={"unit": "card"}
    )


def test_tables_tensors_environment_and_notes_come_back(tmp_path: Path) -> None:
    saved = dataset()
    save(saved, tmp_path / "d")
    loaded = load(tmp_path / "d")
    pd.testing.assert_frame_equal(
        loaded.tables["rows"], saved.tables["rows"].reset_index(drop=True)
    )
    np.testing.assert_array_equal(loaded.tensors["b"], saved.tensors["b"])
    assert loaded.tensors["b"].dtype == np.float32
    assert loaded.environment == {"arms": 2}
    assert loaded.notes == {"unit": "card"}
    assert loaded.rows() == {"rows": 3, "b": 2, "a": 1}


def test_the_same_dataset_gives_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    first = dataset()
    turned = Dataset(
        tables=first.tables,
        tensors=dict(reversed(first.tensors.items())),
        environment=first.environment,
        notes=first.notes,
    )
    save(first, tmp_path / "a")
    save(turned, tmp_path / "b")
    assert (tmp_path / "a/manifest.json").read_bytes() == (
        tmp_path / "b/manifest.json"
    ).read_bytes()


def test_the_manifest_holds_the_sha256_of_every_file(tmp_path: Path) -> None:
    save(dataset(), tmp_path / "d")
    files = read_manifest(tmp_path / "d")["files"]
    assert sorted(files) == ["environment.json", "rows.parquet", "tensors.safetensors"]
    assert all(sha256_of_file(tmp_path / "d" / name) == digest for name, digest in files.items())
    assert read_json(tmp_path / "d/manifest.json")["rows"] == {"a": 1, "b": 2, "rows": 3}


def test_saving_again_leaves_nothing_of_the_old_dataset(tmp_path: Path) -> None:
    save(dataset(), tmp_path / "d")
    save(Dataset(environment={}), tmp_path / "d")
    assert sorted(one.name for one in (tmp_path / "d").iterdir()) == [
        "environment.json",
        "manifest.json",
    ]
    assert load(tmp_path / "d").environment == {}


def test_an_arrow_table_is_written_as_it_is(tmp_path: Path) -> None:
    write_table(pa.table({"a": [1, 2]}), tmp_path / "t.parquet")
    write_manifest(tmp_path, {"t": 2}, {})
    assert load(tmp_path).tables["t"]["a"].tolist() == [1, 2]


def test_only_the_tables_asked_for_are_read(tmp_path: Path) -> None:
    one = pd.DataFrame({"a": [1]})
    save(Dataset(tables={"x": one, "y": one}), tmp_path / "d")
    assert list(load(tmp_path / "d", ["y"]).tables) == ["y"]


def test_a_table_that_is_not_there_gets_the_name_that_was_meant(tmp_path: Path) -> None:
    save(dataset(), tmp_path / "d")
    with pytest.raises(DatasetError, match=r"no table 'row' in it; did you mean 'rows'\?"):
        load(tmp_path / "d", ["row"])


def break_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{", encoding="utf-8")


def lose_table(folder: Path) -> None:
    (folder / "rows.parquet").unlink()


def tear_table(folder: Path) -> None:
    (folder / "rows.parquet").write_bytes(b"PAR1")


def lose_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lose_manifest, "no manifest.json in it"),
        (break_manifest, "manifest.json is no JSON"),
        (lose_table, r"names \['rows.parquet'\], which is gone"),
        (tear_table, "no Parquet file"),
    ],
)
def test_a_harmed_folder_is_refused_with_the_command_that_rebuilds_it(
    tmp_path: Path, harm: object, says: str
) -> None:
    save(dataset(), tmp_path / "d")
    assert callable(harm)
    harm(tmp_path / "d")
    with pytest.raises(DatasetError, match=says) as caught:
        load(tmp_path / "d")
    assert "fix: dvc repro" in str(caught.value)
