"""What the rankers that learn more than counts keep to."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.dataset import Dataset
from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.core.workspace import load_model
from tests.unit.models.ranking.given import LEARNT, fitted, judged, settings
from tests.unit.models.ranking.learnt import ITEMS, scores
from tests.workspace import ROOT

EXPLAINED = ("user_knn", "rp3beta", "slim", "ials", "markov")
SEEDED = ("ials", "bpr", "mf_sgd")


@pytest.mark.parametrize("name", LEARNT)
def test_every_setting_has_a_default(name: str) -> None:
    kind = load_model("ranking", name).MODEL
    assert parse(kind.Settings, {}, name).model_dump()


@pytest.mark.parametrize("name", LEARNT)
def test_two_processes_that_fit_the_same_rows_save_the_same_bytes(
    name: str, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    fitted(name, here).save(here / "model")
    subprocess.run(
        [sys.executable, "-m", "tests.unit.models.ranking.learnt", name, str(there)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "77"},
        check=True,
    )
    files = {file.name: file.read_bytes() for file in (here / "model").iterdir()}
    assert files == {file.name: file.read_bytes() for file in (there / "model").iterdir()}


@pytest.mark.parametrize("name", LEARNT)
def test_a_model_that_was_saved_and_loaded_gives_the_same_scores(name: str, tmp_path: Path) -> None:
    before = fitted(name, tmp_path)
    before.save(tmp_path / "kept")
    after = load_model("ranking", name).MODEL.load(tmp_path / "kept")
    np.testing.assert_array_equal(scores(before, judged()), scores(after, judged()))
    assert after.importances() == before.importances()


@pytest.mark.parametrize("name", LEARNT)
def test_nobody_to_rank_for_is_no_ranking(name: str, tmp_path: Path) -> None:
    tables = dict(judged().data.tables)
    nobody = replace(judged(), data=Dataset({**tables, "users": tables["users"].iloc[:0]}))
    assert fitted(name, tmp_path).rank(nobody, 5).items.shape == (0, 5)


@pytest.mark.parametrize("name", LEARNT)
def test_a_model_that_draws_at_random_says_so(name: str) -> None:
    assert load_model("ranking", name).MODEL.seeded is (name in SEEDED)


@pytest.mark.parametrize("name", EXPLAINED)
def test_the_shares_of_an_explanation_sum_to_the_score(name: str, tmp_path: Path) -> None:
    model, view = fitted(name, tmp_path), judged()
    found, users = scores(model, view), view.data.tables["users"]["user"]
    rows = view.data.tables["interactions"]
    for row in (0, 11, 30):
        for place in np.flatnonzero(~np.isnan(found[row]))[::6]:
            told = model.explain(view, users[row], ITEMS[place])
            assert sum(told.values()) == pytest.approx(found[row, place], abs=1e-10)
            sizes = [abs(share) for share in told.values()]
            assert sizes == sorted(sizes, reverse=True)
            if model.explained_by == "item":
                assert set(told) <= set(rows["item"][rows["user"] == users[row]])
            else:
                assert users[row] not in told and set(told) <= set(model.users)


@pytest.mark.parametrize("name", EXPLAINED)
def test_nothing_explains_whom_or_what_it_never_met(name: str, tmp_path: Path) -> None:
    model = fitted(name, tmp_path)
    assert model.explain(judged(), 10**6, ITEMS[0]) == {}
    assert model.explain(judged(), judged().data.tables["users"]["user"][0], 10**6) == {}


@pytest.mark.parametrize(
    ("name", "changes", "says"),
    [
        ("recent_popularity", {"half_life": 0}, "half_life"),
        ("recent_popularity", {"halflife": 3.0}, "did you mean 'half_life'"),
        ("user_knn", {"neighbours": 0}, "neighbours"),
        ("user_knn", {"shrink": -1.0}, "shrink"),
        ("rp3beta", {"beta": -0.1}, "beta"),
        ("slim", {"l1": -1.0}, "l1"),
        ("slim", {"tolerance": 0}, "tolerance"),
        ("ials", {"l2": 0}, "l2"),
        ("ials", {"unobserved": 0}, "unobserved"),
        ("ials", {"factors": 8}, "factors: unknown key"),
        ("bpr", {"epochs": 0}, "epochs"),
        ("bpr", {"learning_rate": 2.0}, "learning_rate"),
        ("mf_sgd", {"size": 1.5}, "size"),
        ("markov", {"decay": 0}, "decay"),
        ("markov", {"recency": 1.1}, "recency"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(
    name: str, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(ParamsError, match=says):
        settings(name, **changes)
