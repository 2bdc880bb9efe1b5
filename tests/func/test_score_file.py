"""A file scored by the verb: the scores of the pipeline, after a kill too."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from penstock.core.config import load_params
from penstock.core.dataset import Dataset
from penstock.core.errors import PenstockError, UnknownName
from penstock.effects.champions import Store
from penstock.effects.champions.errors import NoChampion
from penstock.serving.batch.errors import (
    ColumnLacking,
    ColumnMistyped,
    NotReadable,
    OutOfOrder,
    OutputUnfit,
    RowRefused,
)
from penstock.serving.batch.score import Receipt, Wish, score_file
from penstock.serving.served import open_served
from tests.kept_models import KEY, crowned_fraud, matrix_of, simulated
from tests.workspace import ROOT, environment, run

ROWS = 500  # of a part
RAW = "transactions"


@pytest.fixture(scope="module")
def world() -> tuple[pd.DataFrame, Dataset]:
    """Raw rows, and what the pipeline makes of them."""
    valid, features = simulated()
    return valid.tables[RAW], features


@pytest.fixture(scope="module")
def root(world: tuple[pd.DataFrame, Dataset], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a champion of fraud, and no data."""
    root = tmp_path_factory.mktemp("work")
    for name in ("params.yaml", "dvc.yaml"):
        (root / name).write_text((ROOT / name).read_text())
    crowned_fraud(root, world[1], trees=20, max_depth=3)
    return root


@pytest.fixture(scope="module")
def expected(root: Path, world: tuple[pd.DataFrame, Dataset]) -> np.ndarray:
    """The pipeline's scores."""
    rows = matrix_of(world[1])
    return open_served(Store.open(root), "fraud", KEY).rescore(rows, "native")


def scored(root: Path, source: Path, **wish: Any) -> Receipt:
    output = source.with_name("scores.parquet")
    asked = Wish(source, wish.pop("output", output), rows=ROWS, **wish)
    return score_file(root, load_params(root), "fraud", asked, lambda what, done, total: None)


def write(frame: pd.DataFrame, folder: Path, name: str = "rows.parquet") -> Path:
    path = folder / name
    frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("name", ["rows.parquet", "rows.csv"])
def test_raw_rows_get_the_scores_of_the_pipeline_to_the_bit(
    name: str, root: Path, world: Any, expected: np.ndarray, tmp_path: Path
) -> None:
    receipt = scored(root, write(world[0], tmp_path, name))

    told = pd.read_parquet(receipt["output"])
    assert told["transaction_id"].tolist() == world[0]["transaction_id"].tolist()
    # Parts of 500 rows go to the library, a last one of up to 32 to ONNX Runtime.
    whole = len(expected) // ROWS * ROWS
    assert np.array_equal(told["score"][:whole], expected[:whole])
    assert np.abs(told["score"] - expected).max() < 1e-6
    assert receipt["rows"] == len(told) > 3 * ROWS
    assert set(told["model"]) == {KEY}


def test_inputs_that_are_there_already_are_scored_as_they_are(
    root: Path, world: Any, expected: np.ndarray, tmp_path: Path
) -> None:
    source = write(world[1].tables["features"], tmp_path)

    told = pd.read_parquet(scored(root, source, features=True)["output"])

    assert np.abs(told["score"] - expected).max() < 1e-6
    assert "transaction_id" in told


def test_the_metadata_says_what_the_scores_were_made_of(
    root: Path, world: Any, tmp_path: Path
) -> None:
    receipt = scored(root, write(world[0][:600], tmp_path))

    noted = pq.read_schema(receipt["output"]).metadata
    assert noted[b"penstock.model.key"] == KEY.encode()
    assert noted[b"penstock.raw.sha256"] == b"ef" * 32
    assert len(noted[b"penstock.input.sha256"]) == 64


def test_reasons_come_along(root: Path, world: Any, tmp_path: Path) -> None:
    receipt = scored(root, write(world[0][:700], tmp_path), reasons=True)

    row = pd.read_parquet(receipt["output"]).iloc[650]
    total = sum(one["contribution"] for one in row["reasons"]) + row["rest"] + row["base"]
    assert total == pytest.approx(np.log(row["score"] / (1 - row["score"])), abs=1e-5)
    assert all(one["says"] for one in row["reasons"])


def test_a_file_of_no_rows_gives_one(root: Path, world: Any, tmp_path: Path) -> None:
    receipt = scored(root, write(world[0][:0], tmp_path), reasons=True)

    told = pd.read_parquet(receipt["output"])
    assert list(told) == ["transaction_id", "score", "model", "reasons", "rest", "base"]
    assert len(told) == 0


def test_rows_without_labels_are_scored_as_of_labels_nobody_knows(
    root: Path, world: Any, tmp_path: Path
) -> None:
    (tmp_path / "none").mkdir()
    without = scored(root, write(world[0].drop(columns="label"), tmp_path))
    unknown = world[0].assign(label=pd.array([pd.NA] * len(world[0]), "Int8"))
    with_null = scored(root, write(unknown, tmp_path / "none"))

    scores = [pd.read_parquet(one["output"])["score"] for one in (without, with_null)]
    assert scores[0].equals(scores[1])


def test_a_run_that_was_refused_goes_on_after_the_row_was_mended(
    root: Path, world: Any, expected: np.ndarray, tmp_path: Path
) -> None:
    """Parts are those of one file: another content is another run."""
    broken = world[0].copy()
    broken.loc[3 * ROWS, "amount"] = np.nan
    source = write(broken, tmp_path)
    with pytest.raises(RowRefused, match=rf"row {3 * ROWS + 1:,} \(the first is 1\)") as error:
        scored(root, source)
    assert "amount" in str(error.value)
    assert not (tmp_path / "scores.parquet").exists()

    assert scored(root, write(world[0], tmp_path))["resumed"] == 0


MISTAKES: dict[str, tuple[type[PenstockError], str]] = {
    "order": (OutOfOrder, r"its time is before[\s\S]*fix: sort"),
    "column": (ColumnLacking, r"no column 'amount'[\s\S]*did you mean 'amounts'[\s\S]*fix: rename"),
    "type": (ColumnMistyped, r"column 'customer': expected int64[\s\S]*fix: mend"),
    "entity": (RowRefused, r"row 3 \(the first is 1\): column 'customer'"),
    "time": (RowRefused, r"row 3 \(the first is 1\): it has no time"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_file_that_is_not_fit_is_refused_with_its_place(
    mistake: str, root: Path, world: Any, tmp_path: Path
) -> None:
    rows = world[0][:40].copy()
    if mistake == "order":
        rows = rows.iloc[::-1]
    elif mistake == "column":
        rows = rows.rename(columns={"amount": "amounts"})
    elif mistake == "type":
        rows["customer"] = "somebody"
    elif mistake == "entity":
        rows["customer"] = rows["customer"].astype("Int64").where(rows.index != 2)
    else:
        rows["time"] = rows["time"].where(rows.index != 2)
    kind, words = MISTAKES[mistake]

    with pytest.raises(kind, match=words):
        scored(root, write(rows, tmp_path))


def test_a_file_that_can_not_be_read_is_said(root: Path, world: Any, tmp_path: Path) -> None:
    (tmp_path / "torn.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "empty.csv").write_text("")
    for name in ("torn.parquet", "empty.csv", "gone.parquet", "rows.xlsx"):
        with pytest.raises(NotReadable, match=r"fix: give a whole \.parquet or \.csv"):
            scored(root, tmp_path / name)
    source = write(world[0][:40], tmp_path)
    with pytest.raises(OutputUnfit, match=r"expected \.parquet"):
        scored(root, source, output=tmp_path / "scores.csv")
    with pytest.raises(OutputUnfit, match="it is the file to score"):
        scored(root, source, output=source)


def test_inputs_that_the_file_lacks_are_named(root: Path, world: Any, tmp_path: Path) -> None:
    with pytest.raises(
        ColumnLacking, match=r"'weekend', an input of the champion[\s\S]*--features"
    ):
        scored(root, write(world[0][:40], tmp_path), features=True)


def test_an_infinite_input_is_refused_by_its_row(root: Path, world: Any, tmp_path: Path) -> None:
    rows = world[1].tables["features"][: ROWS + 40].copy()
    rows["amount"] = rows["amount"].astype(float).where(rows.index != ROWS + 4, 1e300)

    with pytest.raises(RowRefused, match=rf"row {ROWS + 5}[\s\S]*'amount'[\s\S]*infinite"):
        scored(root, write(rows, tmp_path), features=True)


def test_a_project_without_a_champion_or_of_no_name_is_said(
    root: Path, world: Any, tmp_path: Path
) -> None:
    source = write(world[0][:40], tmp_path)
    params = load_params(root)
    wish = Wish(source, tmp_path / "scores.parquet")
    with pytest.raises(NoChampion):
        score_file(root, params, "creditcard", wish, print)
    with pytest.raises(UnknownName):
        score_file(root, params, "frauds", wish, print)


def started(root: Path, source: Path, output: Path) -> subprocess.Popen[str]:
    words = [str(one) for one in (root, source, output, ROWS)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.score_in_parts", *words],
        cwd=ROOT,
        env=environment(ROOT),
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_run_that_was_killed_goes_on_and_gives_the_same_bytes(
    root: Path, world: Any, tmp_path: Path
) -> None:
    source = write(world[0].assign(terminal=world[0]["terminal"] + 1), tmp_path)
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    parts = root / ".penstock" / "scores"
    before = set(parts.glob("*"))
    child = started(root, source, first)
    while child.poll() is None and not _two_parts(parts, before):
        time.sleep(0.002)
    child.kill()
    child.communicate()
    assert _two_parts(parts, before) and not first.exists()

    told = []
    for output in (first, second):
        said, _ = started(root, source, output).communicate()
        told.append(json.loads(said))

    assert told[0]["resumed"] >= ROWS > told[1]["resumed"] == 0
    assert first.read_bytes() == second.read_bytes()


def _two_parts(parts: Path, before: set[Path]) -> bool:
    return any((new / "00001.parquet").exists() for new in set(parts.glob("*")) - before)


def test_the_verb_says_what_it_did(root: Path, world: Any, tmp_path: Path) -> None:
    source = write(world[0][:300], tmp_path)
    told = ["score", "fraud", "--input", str(source), "--output", str(tmp_path / "s.parquet")]

    said = run(root, sys.executable, "-m", "penstock.cli", *told).stdout
    receipt = json.loads(run(root, sys.executable, "-m", "penstock.cli", *told, "--json").stdout)

    assert said.startswith(f"300 rows scored by xgboost {KEY[:12]}: ")
    assert (receipt["rows"], receipt["resumed"]) == (300, 0)
