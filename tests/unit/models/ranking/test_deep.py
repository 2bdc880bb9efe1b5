"""What every net of the ranking task keeps to."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from penstock.core.dataset import Dataset
from penstock.core.workspace import load_model
from tests.unit.models.ranking.deep import deep
from tests.unit.models.ranking.given import DEEP, context, judged, trial
from tests.unit.models.ranking.learnt import scores
from tests.workspace import ROOT

every_net = pytest.mark.parametrize("name", DEEP)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every net, fitted and saved by another process: one for all, since torch starts slowly."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run(
        [sys.executable, "-m", "tests.unit.models.ranking.deep", str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "77", "OMP_NUM_THREADS": "1"},
        check=True,
    )
    return folder


@every_net
def test_two_processes_that_fit_the_same_rows_save_the_same_bytes(
    name: str, elsewhere: Path, tmp_path: Path
) -> None:
    deep(name, tmp_path).save(tmp_path / "model")
    files = {file.name: file.read_bytes() for file in (tmp_path / "model").iterdir()}
    there = (elsewhere / name / "model").iterdir()
    assert files == {file.name: file.read_bytes() for file in there}


@every_net
def test_a_net_that_was_saved_and_loaded_gives_the_same_scores(name: str, tmp_path: Path) -> None:
    before = deep(name, tmp_path)
    before.save(tmp_path / "kept")
    after = load_model("ranking", name).MODEL.load(tmp_path / "kept")
    view = judged("next_item")
    np.testing.assert_array_equal(scores(before, view), scores(after, view))
    after.save(tmp_path / "again")
    for file in (tmp_path / "kept").iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


@every_net
def test_another_seed_is_another_fit(name: str, tmp_path: Path) -> None:
    view = judged("next_item")
    one, other = (scores(deep(name, tmp_path, seed=seed), view) for seed in (1, 2))
    assert load_model("ranking", name).MODEL.seeded
    assert not np.array_equal(one, other, equal_nan=True)


@every_net
def test_nobody_is_shown_what_they_had(name: str, tmp_path: Path) -> None:
    view = judged("next_item")
    found = scores(deep(name, tmp_path), view)
    rows, tables = view.data.tables["interactions"], view.data.tables
    user = pd.Index(tables["users"]["user"]).get_indexer(pd.Index(rows["user"]))
    item = pd.Index(tables["items"]["item"]).get_indexer(pd.Index(rows["item"]))
    assert np.isnan(found[user, item]).all() and np.isfinite(found).any(axis=1).all()


@every_net
def test_nobody_to_rank_for_is_no_ranking(name: str, tmp_path: Path) -> None:
    tables = dict(judged().data.tables)
    nobody = replace(judged(), data=Dataset({**tables, "users": tables["users"].iloc[:0]}))
    assert deep(name, tmp_path).rank(nobody, 5).items.shape == (0, 5)


@every_net
def test_every_epoch_is_noted_and_learns(name: str, tmp_path: Path) -> None:
    noted: list[float] = []
    kind = load_model("ranking", name).MODEL
    model = deep(name, tmp_path)
    again = kind(model.settings)
    again.fit(
        trial("next_item").fit_view,
        context(tmp_path, lambda row: noted.append(row["train_loss"]), seed=11),
    )
    assert len(noted) == model.settings.epochs and noted[-1] < noted[0]
    assert not (tmp_path / "checkpoints").exists()
