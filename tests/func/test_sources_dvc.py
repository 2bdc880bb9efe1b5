"""A CSV that grew: after a refresh DVC runs the ingest of its project again, and no other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from penstock.core.config import load_params
from penstock.effects.refresh import refresh
from tests.unit.sources.given import ROWS, write_csv

GRAPH = yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf-8"))


def checkout(root: Path) -> None:
    """Two projects with the user's own files, and the ingest stage of the real graph."""
    stage = GRAPH["stages"]["ingest"]
    stage["do"]["cmd"] = stage["do"]["cmd"].replace("python", sys.executable, 1)
    # The package is the one under test; whether its files are dependencies is the lint's test.
    stage["do"]["deps"] = [dep for dep in stage["do"]["deps"] if not dep.startswith("src/")]
    write(root / "dvc.yaml", {"stages": {"ingest": stage}})
    header = {"fraud": "transaction_id,time,customer,terminal,amount,label"}
    header["creditcard"] = ",".join(["Time", *(f"V{n}" for n in range(1, 29)), "Amount", "Class"])
    write_csv(root / "fraud.csv", *ROWS, header=header["fraud"])
    write_csv(root / "creditcard.csv", ",".join(["1"] * 31), header=header["creditcard"])
    projects = {
        name: {
            "task": "classification",
            "candidates": ["tree"],
            "source": {"kind": "files", "mode": "live", "path": f"{name}.csv"},
            "protocol": {},
        }
        for name in header
    }
    candidates = {
        f"{name}-tree": {"project": name, "name": "tree", "task": "classification", "model": "tree"}
        for name in header
    }
    write(
        root / "params.yaml",
        {"seed": 1, "threads": 1, "projects": projects, "candidates": candidates},
    )
    for name in header:
        refresh(root, load_params(root), name)


def write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(value), encoding="utf-8")


def dvc(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=root,
        env=os.environ | {"DVC_NO_ANALYTICS": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_csv_that_grew_reruns_exactly_its_project(tmp_path: Path) -> None:
    checkout(tmp_path)
    dvc(tmp_path, "init", "--no-scm", "--quiet")
    dvc(tmp_path, "repro", "--quiet")
    write_csv(tmp_path / "fraud.csv", *ROWS, "4,2024-05-03 00:00:00,7,4,5.00,")
    assert "up to date" in dvc(tmp_path, "status")
    assert refresh(tmp_path, load_params(tmp_path), "fraud").changed
    ran = dvc(tmp_path, "repro")
    assert "Running stage 'ingest@fraud'" in ran
    assert "transactions 4 rows" in ran
    assert "Stage 'ingest@creditcard' didn't change, skipping" in ran
