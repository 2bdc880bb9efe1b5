"""A kept model in memory: what it tells, and what it does not load to tell it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.errors import ModelFileError
from penstock.core.files import write_json
from penstock.effects.champions import Store
from penstock.effects.champions.errors import BadFile
from penstock.effects.explain import NoReasons, explain
from penstock.scoring.contract import load_model, read_contract, write_contract
from penstock.serving.models.errors import NotServable, RowUnfit
from penstock.serving.served import ServedModel, open_served
from tests.kept_models import KEY, crown_in, crowned_fraud, matrix_of, simulated
from tests.promotion_workspace import CROWNED, Workspace, crown
from tests.workspace import environment

SMALL: dict[str, dict[str, Any]] = {
    "xgboost": {"trees": 20, "max_depth": 3},
    "forest": {"trees": 5, "max_depth": 4},
    "logistic": {},
    "isolation_forest": {"trees": 5},
}


@pytest.fixture(scope="module")
def features() -> Dataset:
    return simulated()[1]


@pytest.fixture(scope="module")
def stores(features: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Store]:
    """A store for each model, champion of fraud."""
    root = tmp_path_factory.mktemp("stores")
    return {name: crowned_fraud(root / name, features, name, **SMALL[name]) for name in SMALL}


def opened(store: Store, crossover: int = 32) -> ServedModel:
    return open_served(store, "fraud", KEY, crossover)


@pytest.mark.parametrize("name", SMALL)
def test_a_row_has_the_same_bits_whatever_rows_come_with_it(
    name: str, stores: dict[str, Store], features: Dataset
) -> None:
    served, rows = opened(stores[name]), matrix_of(features)[:90]

    for size in (1, 7, 32, 33, 90):
        for start in range(0, 90, size):
            part = rows[start : start + size]
            scores, scorer = served.score(part)
            alone = [served.rescore(row[None], scorer)[0] for row in part]
            assert scores.tolist() == alone


@pytest.mark.parametrize("name", SMALL)
def test_scores_are_those_of_the_candidate(
    name: str, stores: dict[str, Store], features: Dataset
) -> None:
    served, rows = opened(stores[name]), matrix_of(features)
    model: Any = load_model(stores[name].fetch("fraud", KEY))
    few = rows[:32]
    expected = model.score(few.astype(model.dtype))

    assert np.abs(served.score(few)[0] - expected).max() < 1e-6
    assert served.has_onnx is (name != "isolation_forest")


def test_few_rows_go_to_onnx_and_many_to_the_library(
    stores: dict[str, Store], features: Dataset
) -> None:
    rows = matrix_of(features)[:9]

    served = opened(stores["xgboost"], crossover=8)

    assert served.score(rows[:8])[1] == "onnx"
    assert served.score(rows)[1] == "native"
    assert opened(stores["logistic"], crossover=8).score(rows)[1] == "onnx"
    assert opened(stores["isolation_forest"]).score(rows[:1])[1] == "native"


def test_it_says_where_it_comes_from(stores: dict[str, Store]) -> None:
    served = opened(stores["xgboost"])

    version = stores["xgboost"].version("fraud", KEY)
    assert served.origin.model_sha256 == version.files["model/model.onnx"]
    assert served.origin.raw_sha256 == "ef" * 32
    assert served.origin.source == "generator a simulator, cdcdcdcdcdcd"
    assert (served.origin.project, served.origin.candidate) == ("fraud", "xgboost")
    origin = opened(stores["isolation_forest"]).origin
    assert (
        origin.model_sha256
        == stores["isolation_forest"].version("fraud", KEY).files["model/model.skops"]
    )


def test_reasons_are_the_words_of_penstock_explain(tmp_path: Path) -> None:
    work = Workspace(tmp_path / "work")
    told = crown(work)
    params = work.build(CROWNED)
    store = Store.open(work.root)
    served = open_served(store, "fraud", told["champion"])
    assert served.has_onnx
    assert (store.fetch("fraud", told["champion"]) / "model" / "notes.json").is_file()
    for row in ("1500", "2000", "2400"):
        said = explain(work.root, params, "fraud", row)
        table = load_rows(work, row)
        [mine] = served.reasons(table)
        assert [one["says"] for one in mine["reasons"]] == [one["says"] for one in said["reasons"]]
        assert [one["group"] for one in mine["reasons"]] == [
            one["group"] for one in said["reasons"]
        ]
        for name in ("rest", "base", "margin"):
            assert mine[name] == pytest.approx(said[name], abs=1e-5)
        odds = served.score(table)[0][0]
        assert mine["margin"] == pytest.approx(np.log(odds / (1 - odds)), abs=1e-5)


def load_rows(work: Workspace, row: str) -> Any:
    import pandas as pd

    table = pd.read_parquet(work.root / "data/fraud/features/features.parquet")
    return table[table["transaction_id"] == int(row)][list(work.inputs)].to_numpy(np.float32)


def test_what_stands_for_none_is_said_without_the_data(
    stores: dict[str, Store], features: Dataset
) -> None:
    served = opened(stores["xgboost"])
    rows = matrix_of(features)[:200]

    said = {one["says"] for told in served.reasons(rows) for one in told["reasons"]}

    assert any("EUR" in one or "first payment" in one for one in said)
    assert not any("67 days ago" in one for one in said)


def test_a_linear_model_has_reasons_and_a_forest_has_none(
    stores: dict[str, Store], features: Dataset
) -> None:
    rows = matrix_of(features)[:2]
    served = opened(stores["logistic"])

    told, odds = served.reasons(rows), served.score(rows)[0]

    margins = [one["margin"] for one in told]
    assert margins == pytest.approx(np.log(odds / (1 - odds)).tolist(), abs=1e-6)
    with pytest.raises(NoReasons, match=r"the champion, forest, can't tell[\s\S]*fix: list"):
        opened(stores["forest"]).reasons(rows)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_a_value_that_the_model_does_not_take_is_named(
    value: float, stores: dict[str, Store], features: Dataset
) -> None:
    rows = matrix_of(features)[:3]
    rows[1, 0] = value

    with pytest.raises(RowUnfit, match=r"input 'amount' of row 1 is [\s\S]*\n  fix: send"):
        opened(stores["logistic"]).score(rows)
    if np.isnan(value):
        assert np.isfinite(opened(stores["xgboost"]).score(rows)[0]).all()


def test_a_model_that_reads_the_past_is_refused(tmp_path: Path) -> None:
    folder, store = tmp_path / "cnn", Store.open(tmp_path)
    write_json(folder / "model" / "model.json", {})
    write_contract(
        folder,
        model="classification/cnn",
        settings={},
        signature=Signature((Input("amount"),)),
        seed=0,
        threads=1,
        trained_through=None,
    )
    crown_in(store, folder, "fraud")

    with pytest.raises(NotServable, match=r"reads the earlier rows[\s\S]*fix: penstock rollback"):
        opened(store)


def test_a_flipped_byte_is_refused_before_anything_is_read(
    features: Dataset, tmp_path: Path
) -> None:
    store = crowned_fraud(tmp_path, features, trees=2, max_depth=2)
    path = store.fetch("fraud", KEY) / "model" / "model.onnx"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    with pytest.raises(BadFile, match="expected sha256"):
        opened(store)


def test_a_contract_of_another_width_is_refused(features: Dataset, tmp_path: Path) -> None:
    store = crowned_fraud(tmp_path, features, trees=2, max_depth=2)
    folder = store.fetch("fraud", KEY)
    contract = json.loads((folder / "contract.json").read_text())
    contract["signature"]["inputs"].pop()
    (folder / "contract.json").write_text(json.dumps(contract))
    version = store.version("fraud", KEY)

    with pytest.raises(ModelFileError, match="it takes"):
        ServedModel(folder, version, read_contract(folder), 32)


def test_a_row_is_scored_without_pandas_xgboost_sklearn_and_mlflow(
    stores: dict[str, Store], tmp_path: Path
) -> None:
    root = Path(stores["xgboost"].url).parent
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "import numpy as np\n"
        "from penstock.effects.champions import Store\n"
        "from penstock.serving.served import open_served\n"
        f"served = open_served(Store.open(Path({str(root)!r})), 'fraud', {KEY!r})\n"
        "assert served.score(np.zeros((32, len(served.inputs)), np.float32))[1] == 'onnx'\n"
        "heavy = ('pandas', 'xgboost', 'sklearn', 'mlflow', 'torch', 'numba', 'pyarrow')\n"
        "print([one for one in heavy if one in sys.modules])\n"
        "served.reasons(np.zeros((1, len(served.inputs)), np.float32))\n"
        "print([one for one in heavy[:5] if one in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment(Path(__file__).parents[3]),
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "[]\n[]\n"), done.stderr
