"""docs/fraud.md on payments of another bank: other names of columns, yen, a fortnight's delay."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from penstock.core.dataset import load, read_manifest
from penstock.projects.fraud.simulator import SimulatorSettings, simulate
from tests.docs import block_after, commands, yaml_blocks
from tests.workspace import run

PAGE = "docs/fraud.md"
WORLD = {"customers": 400, "terminals": 600, "days": 59, "radius": 12.0}
YEN = 150.0
KNOWN_THROUGH = pd.Timestamp("2026-02-15")
MODELS = ("logistic", "xgboost-all")


def write_payments(path: Path, columns: dict[str, str], delimiter: str) -> pd.DataFrame:
    """Simulated payments as that bank keeps them: whole yen, its own names, no young labels."""
    world = simulate(SimulatorSettings(**WORLD), progress=lambda *_: None)
    shift = pd.Timestamp("2026-01-01") - world["time"].min().floor("D")
    label = world["label"].astype("Int8").mask(world["time"] + shift >= KNOWN_THROUGH)
    mine = pd.DataFrame(
        {
            columns["transaction_id"]: world["transaction_id"] + 500_001,
            columns["time"]: (world["time"] + shift).dt.strftime("%Y-%m-%d %H:%M:%S"),
            columns["customer"]: world["customer"],
            columns["terminal"]: world["terminal"],
            columns["amount"]: (world["amount"] * YEN).round().astype("int64"),
            columns["label"]: label,
            "note": "x",
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    mine.to_csv(path, index=False, sep=delimiter)
    return mine


@pytest.fixture(scope="module")
def bank(small_workspace_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page followed to its end, with two candidates."""
    root = tmp_path_factory.mktemp("fraud_docs") / "checkout"
    shutil.copytree(small_workspace_source, root, symlinks=True)
    params = yaml.safe_load((root / "params.yaml").read_text())
    params["projects"] = {"fraud": params["projects"]["fraud"]}
    for _, block in yaml_blocks(PAGE):
        for part, named in block.items():
            for name, one in named.items():
                params[part][name] = {**params[part][name], **one}
    fraud = params["projects"]["fraud"]
    fraud["candidates"], fraud["ensembles"] = list(MODELS), {}
    blocks = [params["candidates"][f"fraud-{name}"] for name in MODELS]
    params["candidates"] = {f"fraud-{block['name']}": block for block in blocks}
    params["promotion"] = {"fraud": params["promotion"]["fraud"]}
    params.pop("sweeps", None)
    (root / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    source = fraud["source"]
    write_payments(root / source["path"], source["columns"], source["delimiter"])
    for command in commands(PAGE):
        said = run(root, *command.words).stdout
        if command.words[:2] == ("penstock", "explain"):
            (root / "explained.txt").write_text(said)
    return root


def reports(root: Path, name: str) -> Any:
    return json.loads((root / "reports/fraud" / name).read_text())


def test_every_command_of_the_page_runs_and_ends_in_a_page(bank: Path) -> None:
    text = (bank / "reports/fraud/index.html").read_text()
    assert "Alerts of a day, with reasons" in text
    assert "JPY" in text
    assert "EUR" not in text
    assert "published figure" not in text


def test_columns_come_in_under_the_names_of_the_schema(bank: Path) -> None:
    valid = load(bank / "data/fraud/valid").tables["transactions"]
    assert list(valid) == ["transaction_id", "time", "customer", "terminal", "amount", "label"]
    assert valid["transaction_id"].min() == 500_001
    assert (valid["amount"] % 1 == 0).all()


def test_no_feature_looks_at_a_label_younger_than_the_delay(bank: Path) -> None:
    notes = read_manifest(bank / "data/fraud/features")["notes"]
    assert notes["none"]["terminal_days_since_fraud"] == 60 + 14
    features = load(bank / "data/fraud/features").tables["features"]
    young = features["time"] < features["time"].min() + pd.Timedelta(days=14)
    assert not features.loc[young, ["terminal_risk_30d", "terminal_frauds_28d"]].any(axis=None)
    assert features["terminal_frauds_28d"].any()


def test_folds_wait_for_the_delay_and_are_judged_where_labels_are_known(bank: Path) -> None:
    judged = pq.read_table(bank / "reports/fraud/predictions.parquet").to_pandas()
    days = judged[judged["split"] == "test"]["day"]
    assert (days.min(), days.max()) == (pd.Timestamp("2026-02-01"), pd.Timestamp("2026-02-14"))


def test_thresholds_let_through_the_budget_and_precision_is_told_at_it(bank: Path) -> None:
    found = reports(bank, "metrics.json")["xgboost-all"]["validation"]
    assert "card_precision@20" in found
    assert found["alerts_a_day"]["mean"] <= 20
    assert reports(bank, "decisions.json")["xgboost-all"]["rule"]["alerts_a_day"] == 20


def test_reasons_and_amounts_are_told_in_whole_yen(bank: Path) -> None:
    said = (bank / "explained.txt").read_text()
    shown = block_after(PAGE, "penstock explain", "").splitlines()
    assert said.splitlines()[0] == shown[0]
    assert re.search(r"\n  [ +-]+\d\.\d\d  .*\n", said)
    assert re.search(r"would pass below JPY [\d,]+\n", said)
    told = pq.read_table(bank / "models/fraud/xgboost-all/explanations.parquet").to_pandas()
    amounts = told[["passes_from", "passes_below"]].dropna()
    assert len(amounts)
    assert (amounts % 1 == 0).all(axis=None)
