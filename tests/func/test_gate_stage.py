"""The stage `validate` as a process, on files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from penstock.core.dataset import Dataset, load, read_manifest, save
from penstock.core.files import sha256_of_file
from penstock.core.stage import USER_MISTAKE
from penstock.projects.fraud.simulator.run import simulate
from penstock.projects.fraud.simulator.settings import SimulatorSettings

REPOSITORY = Path(__file__).resolve().parents[2]
OUTS = ("data/fraud/valid", "reports/fraud")


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    settings = SimulatorSettings(customers=200, terminals=400, days=10, radius=20.0)
    made = simulate(settings).astype({"label": "Int8"})
    made.loc[[5, 9], "amount"] = [np.nan, np.inf]
    return made


def workspace(root: Path) -> Path:
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(REPOSITORY / name, root / name)
    return root


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory, rows: pd.DataFrame) -> Path:
    """A checkout whose gate let all but two rows pass."""
    root = workspace(tmp_path_factory.mktemp("passed"))
    put(root, rows)
    done = validate(root)
    assert (done.returncode, done.stderr) == (0, "")
    (root / "log").write_text(done.stdout)
    return root


def put(root: Path, rows: pd.DataFrame) -> None:
    scenarios = rows[["transaction_id", "scenario"]]
    tables = {"transactions": rows.drop(columns="scenario"), "scenarios": scenarios}
    save(Dataset(tables, notes={"source": {"kind": "generator"}}), root / "data/fraud/raw")


def validate(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "penstock.stages.validate", "fraud"]
    environment = {**os.environ, "HOME": str(root / "home"), "TQDM_DISABLE": ""}
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )


def hashes(root: Path) -> dict[str, str]:
    files = [file for out in OUTS for file in sorted((root / out).rglob("*")) if file.is_file()]
    return {file.relative_to(root).as_posix(): sha256_of_file(file) for file in files}


def test_quarantine_goes_down_the_graph(passed: Path, rows: pd.DataFrame) -> None:
    valid = load(passed / "data/fraud/valid")
    assert valid.rows() == {"transactions": len(rows) - 2, "scenarios": len(rows)}
    assert valid.notes["source"] == {"kind": "generator"}
    assert valid.notes["gate"]["rows"]["transactions"]["quarantined"] == 2
    record = json.loads((passed / "reports/fraud/gate.json").read_text())
    assert record["raw"] == read_manifest(passed / "data/fraud/raw")["files"]
    kept = pd.read_parquet(passed / record["evidence"] / "rows-transactions.parquet")
    assert kept["gate_row"].tolist() == [5, 9]


def test_the_log_says_what_was_read_and_nothing_of_libraries(passed: Path) -> None:
    said = [line.split(":")[0] for line in (passed / "log").read_text().splitlines()]
    assert said == ["read raw", "fraud", "fraud", "write valid"]
    assert not (passed / "home").exists()  # where Great Expectations would leave its settings


def test_the_same_rows_give_the_same_bytes_in_another_process(passed: Path, tmp_path: Path) -> None:
    again = workspace(tmp_path)
    shutil.copytree(passed / "data/fraud/raw", again / "data/fraud/raw")
    assert validate(again).returncode == 0
    assert hashes(again) == hashes(passed)
    assert len(hashes(again)) == 5


def test_a_stop_says_why_keeps_evidence_and_touches_nothing(
    passed: Path, tmp_path: Path, rows: pd.DataFrame
) -> None:
    root = tmp_path / "root"
    shutil.copytree(passed, root, ignore=shutil.ignore_patterns(".penstock"))
    put(root, rows.assign(amount=np.inf))
    done = validate(root)
    assert done.returncode == USER_MISTAKE
    assert "amount-in-range" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 24
    assert hashes(root) == hashes(passed)
    (home,) = (root / ".penstock/gate/fraud").iterdir()
    assert sorted(file.name for file in home.iterdir()) == [
        "gate.html",
        "gate.json",
        "rows-transactions.parquet",
    ]
    assert home.relative_to(root).as_posix() in done.stderr
    assert json.loads((home / "gate.json").read_text())["verdict"] == "stopped"
    kept = pd.read_parquet(home / "rows-transactions.parquet")
    assert kept["gate_row"].tolist() == list(range(len(rows)))


def test_without_raw_data_it_says_what_to_type(tmp_path: Path) -> None:
    done = validate(workspace(tmp_path))
    assert done.returncode == USER_MISTAKE
    assert "dvc repro" in done.stderr
