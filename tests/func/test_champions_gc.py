"""A champion outlives DVC's cache: the workspace moves on, `dvc gc` runs, and it still scores."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from penstock.core.config import load_params
from penstock.core.contracts import Signature
from penstock.core.dataset import load
from penstock.core.groups import narrowed
from penstock.core.settings import parse
from penstock.core.workspace import load_part
from penstock.effects.champions import Store
from penstock.lineage import read_lock
from penstock.scoring.contract import load_model
from tests.champions import crown_built
from tests.workspace import edit_params, run

ADDRESS, MODEL = "train@fraud-xgboost", "models/fraud/xgboost"


def scores_of(root: Path, folder: Path) -> pd.DataFrame:
    """What the model in `folder` observes on the rows of the first trial."""
    params = load_params(root)
    dataset = narrowed(load(root / "data" / "fraud" / "features"), "baseline", "inputs")
    task = load_part("task", "classification", "trials")
    protocol = parse(task.ProtocolSettings, params.project("fraud").protocol, "protocol")
    first = next(iter(task.trials(dataset, protocol, params.seed)))
    model = load_model(folder, Signature.from_notes(dataset.notes["signature"]))
    seen: pd.DataFrame = task.observe(model, first.eval_view, protocol)
    return seen


def cached(root: Path, md5: str) -> Path:
    return root / ".dvc" / "cache" / "files" / "md5" / md5[:2] / md5[2:]


def test_gc_keeps_what_the_champion_points_at(
    built_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PENSTOCK_CHAMPIONS", raising=False)
    root = built_workspace
    version = crown_built(root, "fraud", "xgboost")
    before = scores_of(root, root / MODEL)
    status = run(root, "dvc", "status", "--json").stdout
    assert status.strip() == "{}"  # the store is nothing to DVC
    assert "champions" not in run(root, "git", "status", "--porcelain").stdout

    blocks = yaml.safe_load((root / "params.yaml").read_text())["candidates"]
    blocks["fraud-xgboost"]["params"]["trees"] = 11
    edit_params(root, candidates=blocks)
    was = read_lock(root).entry(ADDRESS).outs[MODEL]
    assert cached(root, was).exists()
    run(root, "dvc", "repro", ADDRESS)
    run(root, "dvc", "gc", "--workspace", "--force")
    assert read_lock(root).entry(ADDRESS).outs[MODEL] != was
    assert not cached(root, was).exists()

    store = Store.open(root)
    pointer = store.pointer("fraud")
    assert pointer is not None and pointer.key == version.key
    folder = store.fetch("fraud", pointer.key)
    pd.testing.assert_frame_equal(scores_of(root, folder), before)
    assert not scores_of(root, root / MODEL).equals(before)
