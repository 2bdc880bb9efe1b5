"""What is left of a workspace after `dvc repro`, written by hand: small, and of the same shapes."""

from __future__ import annotations

import json
from pathlib import Path

from penstock.core.files import to_json, write_json, write_text
from penstock.lineage import md5_of

PARAMS = """\
seed: 1
threads: 2
projects:
  river:
    task: classification
    candidates: [tree, net]
    source: {kind: generator}
    protocol: {unit: card}
    ensembles: {blend: {members: [tree, net], method: mean}}
candidates:
  river-tree:
    {project: river, name: tree, task: classification, model: tree, params: {max_depth: 6}}
  river-net: {project: river, name: net, task: classification, model: mlp, params: {hidden: [8]}}
"""
RAW = {"transactions.parquet": "ab" * 32, "terminals.parquet": "cd" * 32}
EPOCHS = 3


def estimate(mean: float) -> dict[str, object]:
    return {
        "mean": mean,
        "std": 0.01,
        "n": 4,
        "low": mean - 0.1,
        "high": mean + 0.1,
        "unit": "card",
    }


def make_published(root: Path) -> Path:
    """Fill the folder `root` with params.yaml, dvc.lock, data, models and reports of a project."""
    write_text(root / "params.yaml", PARAMS)
    features = root / "data" / "river" / "features"
    write_json(features / "manifest.json", {"files": {}, "rows": {}, "notes": {"raw": RAW}})
    for number, name in enumerate(["tree", "net"]):
        folder = root / "models" / "river" / name
        write_text(folder / "model" / "model.json", f"[{number}]")
        write_json(folder / "contract.json", {"model": f"classification/{name}"})
        write_json(folder / "importances.json", {"amount": 0.5})
        write_json(folder / "trials.json", [])
        history = history_of() if name == "net" else []
        write_text(folder / "history.jsonl", "".join(json.dumps(row) + "\n" for row in history))
    write_json(root / "ensembles" / "river" / "ensembles.json", {})
    reports = root / "reports" / "river"
    named = enumerate(["tree", "net", "blend"])
    scores = {
        name: {"test": {"roc_auc": estimate(0.8 + n / 100), "card_precision@100": estimate(0.3)}}
        for n, name in named
    }
    write_json(reports / "metrics.json", scores)
    write_text(reports / "index.html", "<title>river</title>")
    write_text(reports / "plots" / "roc.csv", "x,y\n0,0\n1,1\n")
    write_lock(root)
    return root


def history_of() -> list[dict[str, object]]:
    return [
        {"split": "test", "fold": fold, "epoch": epoch, "train_loss": 1.0 / (epoch + 1)}
        for fold in range(2)
        for epoch in range(EPOCHS)
    ]


def write_lock(root: Path, depth: int = 6) -> None:
    """dvc.lock as DVC would record what lies in `root` (JSON is YAML)."""
    whose = {"project": "river", "task": "classification"}
    blocks = {
        "tree": {**whose, "name": "tree", "model": "tree", "params": {"max_depth": depth}},
        "net": {**whose, "name": "net", "model": "mlp", "params": {"hidden": [8]}},
    }
    stages = {
        f"train@river-{name}": {
            "deps": [_file(root, "data/river/features")],
            "params": {"params.yaml": {"seed": 1, f"candidates.river-{name}": block}},
            "outs": [_file(root, f"models/river/{name}")],
        }
        for name, block in blocks.items()
    }
    stages["ensemble@river"] = {
        "deps": [_file(root, "models/river")],
        "params": {
            "params.yaml": {
                "projects.river.ensembles": {
                    "blend": {"members": ["tree", "net"], "method": "mean"}
                }
            }
        },
        "outs": [_file(root, "ensembles/river")],
    }
    read = ["data/river/features", "models/river", "ensembles/river"]
    made = ["metrics.json", "index.html", "plots"]
    stages["evaluate@river"] = {
        "deps": [_file(root, path) for path in read],
        "outs": [_file(root, f"reports/river/{name}") for name in made],
    }
    write_text(root / "dvc.lock", to_json({"schema": "2.0", "stages": stages}))


def _file(root: Path, path: str) -> dict[str, str]:
    return {"path": path, "hash": "md5", "md5": md5_of(root / path)}
