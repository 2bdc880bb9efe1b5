"""A checkout of this repository at a small size, to run whole commands in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[1]
PARTS = (
    "src", "flows", "data/sources", "dvc.yaml", "params.yaml", ".dvcignore", ".gitignore",
    "docs/curriculum.json", "docs/curriculum.yaml",
)  # fmt: skip
PREQUENTIAL = {"kind": "prequential", "train_days": 7, "delay_days": 7, "test_days": 7}


def environment(root: Path) -> dict[str, str]:
    """The variables under which commands in `root` run its own src, quietly and offline."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("PREFECT_", "MLFLOW_", "DVC_", "PENSTOCK_"))
    }
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(root / "src"),
        "DVC_NO_ANALYTICS": "1",
        "DO_NOT_TRACK": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }


def run(root: Path, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command in `root`; its output comes back as text, and with the failure if it fails."""
    done = subprocess.run(
        command, cwd=root, env=environment(root), capture_output=True, text=True, check=False
    )
    if check and done.returncode:
        raise AssertionError(
            f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        )
    return done


def checkout(root: Path) -> Path:
    """Copy what the graph runs on to `root`: the working tree, not HEAD."""
    listed = run(ROOT, "git", "ls-files", "-z", "-co", "--exclude-standard", *PARTS).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    for compiled in (ROOT / "src").rglob("__pycache__/*.nb[ci]"):  # saves 7 CPU s a checkout
        (root / compiled.relative_to(ROOT).parent).mkdir(parents=True, exist_ok=True)
        shutil.copy2(compiled, root / compiled.relative_to(ROOT))
    shutil.copytree(ROOT / ".dvc", root / ".dvc", ignore=shutil.ignore_patterns("cache", "tmp"))
    return root


def commit(root: Path, message: str) -> None:
    if not (root / ".git").exists():
        run(root, "git", "init", "-q", "-b", "main")
        run(root, "git", "config", "user.email", "tests@example.org")
        run(root, "git", "config", "user.name", "tests")
    run(root, "git", "add", "-A")
    run(root, "git", "commit", "-q", "-m", message)


def edit_params(root: Path, **blocks: Any) -> None:
    """Replace top-level keys of params.yaml."""
    path = root / "params.yaml"
    params = yaml.safe_load(path.read_text()) | blocks
    path.write_text(yaml.safe_dump(params, sort_keys=False))


BASELINES = ("logistic", "tree", "tree-depth-2", "forest", "xgboost", "mlp")


def shrink(root: Path) -> None:
    """Two projects and eleven candidates that build in about a minute; no network."""
    params = yaml.safe_load((root / "params.yaml").read_text())
    for part in ("projects", "promotion"):  # tests/e2e/test_recommendation.py builds it
        del params[part]["recommendation"]
    params["projects"].pop("digits", None)  # tests/e2e/test_digits.py builds it
    fraud, creditcard = (params["projects"][name] for name in ("fraud", "creditcard"))
    fraud["source"]["settings"] |= {"customers": 400, "terminals": 600, "days": 45, "radius": 10.0}
    fraud["protocol"]["splits"] = {
        "first": {**PREQUENTIAL, "starts": ["2018-04-20"]},
        "validation": {**PREQUENTIAL, "starts": ["2018-04-13"]},
        "test": {**PREQUENTIAL, "starts": ["2018-04-20", "2018-04-24"]},
    }
    fraud["candidates"] = [*BASELINES, "xgboost-all", "lstm"]
    del fraud["ensembles"]["blend-all"]
    fraud["ensembles"]["stack"]["members"] = ["xgboost-all", "forest"]
    write_payments(root / "data" / "inbox" / "payments.csv")
    creditcard["source"] = {
        "kind": "files",
        "mode": "live",
        "table": "transactions",
        "path": "data/inbox/payments.csv",
    }
    for split in ("stratified", "plain", "validation_stratified"):
        creditcard["protocol"]["splits"][split]["folds"] = 2
    creditcard["candidates"] = ["logistic", "forest", "xgboost"]
    creditcard["ensembles"]["stack"]["members"] = ["forest", "xgboost"]
    for project in (fraud, creditcard):
        project["judging"]["bootstrap"] = 20
    blocks = params["candidates"]
    kept = [
        f"{name}-{one}"
        for name in params["projects"]
        for one in params["projects"][name]["candidates"]
    ]
    params["candidates"] = {key: blocks[key] for key in kept}
    params["sweeps"] = {key: one for key, one in params["sweeps"].items() if key in kept}
    for key, block in params["candidates"].items():
        block.setdefault("params", {})
        there = params["projects"][block["project"]]["protocol"]["splits"]
        block["splits"] = {one: own for one, own in block.get("splits", {}).items() if one in there}
        if key.endswith(("forest", "xgboost")):
            block["params"]["trees"] = 10
        if key.endswith("mlp"):
            block["params"] |= {"hidden": [16], "epochs": 2}
        if key.endswith("lstm"):
            block["params"] |= {"hidden": [16], "size": 8}
            block["budgets"]["small"]["epochs"] = 1
    (root / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))


def write_payments(path: Path, rows: int = 3000, seed: int = 0) -> None:
    """A CSV shaped like the ULB payments: frauds differ in a few components."""
    random = np.random.default_rng(seed)
    label = (random.random(rows) < 0.01).astype(int)
    frame = {"Time": np.sort(random.integers(0, 172_800, rows)).astype(float)}
    for number in range(1, 29):
        frame[f"V{number}"] = random.normal(size=rows) + label * (number % 5 == 0) * 2
    frame["Amount"] = np.round(random.gamma(1.0, 80.0, rows), 2)
    frame["Class"] = label
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(frame).to_csv(path, index=False)
