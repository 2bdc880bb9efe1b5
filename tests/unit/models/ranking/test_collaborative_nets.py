"""Nets that tell tastes: LightGCN, NeuMF and the two towers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import View
from penstock.core.dataset import Dataset
from penstock.core.errors import ParamsError
from tests.unit.models.ranking.given import judged, on, settings, trial
from tests.unit.models.ranking.learnt import ITEMS, grown, scores

LONG: dict[str, dict[str, Any]] = {
    "two_tower": {"epochs": 60, "learning_rate": 0.02, "dropout": 0.2},
    "lightgcn": {"epochs": 60, "learning_rate": 0.02},
    "neumf": {"epochs": 40, "learning_rate": 0.02, "weight_decay": 0.0, "dropout": 0.0},
}


def tasted(name: str, folder: Path, split: str = "stratified") -> Any:
    return on(name, trial(split).fit_view, folder, **LONG[name])


def own_taste(found: Any, view: View) -> tuple[float, float]:
    """Share of items of the user's kind among the five best, and among all that may be shown."""
    user = (view.data.tables["users"]["user"].to_numpy() - 1) % 3
    mine = np.arange(len(ITEMS)) % 3 == user[:, None]
    best = np.argsort(-np.nan_to_num(found, nan=-1e9), axis=1)[:, :5]
    return float(np.take_along_axis(mine, best, 1).mean()), float(mine[~np.isnan(found)].mean())


@pytest.mark.parametrize("name", LONG)
def test_tastes_are_learnt(name: str, tmp_path: Path) -> None:
    view = judged()
    share, chance = own_taste(scores(tasted(name, tmp_path), view), view)
    assert share > 1.8 * chance


def with_items(view: View, **columns: Any) -> View:
    items = view.data.tables["items"]
    news = items.iloc[:2].assign(item=[9001, 9002], **columns)
    joined = pd.concat([items, news], ignore_index=True)
    return replace(view, data=Dataset({**view.data.tables, "items": joined}))


def test_a_new_item_is_ranked_by_its_content(tmp_path: Path) -> None:
    model, view = tasted("two_tower", tmp_path), judged()
    found = scores(model, with_items(view, category=["Comedy", "Western"]))
    user = (view.data.tables["users"]["user"].to_numpy() - 1) % 3
    prefers = found[:, -2] - found[:, -1]
    assert np.isfinite(prefers).all()
    assert prefers[user == 0].mean() > prefers[user == 2].mean() + 0.5


def test_words_that_were_never_met_and_years_unknown_are_no_reason_to_fail(tmp_path: Path) -> None:
    model = tasted("two_tower", tmp_path)
    found = scores(model, with_items(judged(), category=["Opera", ""], year=np.float32("nan")))
    assert np.isfinite(found[:, -2:]).all()


def test_users_without_a_history_are_served_by_what_they_are(tmp_path: Path) -> None:
    model, view = tasted("two_tower", tmp_path, "global_time_cold"), judged("global_time_cold")
    ranking = model.rank(view, 5)
    assert len(ranking.users) == len(view.data.tables["users"]) > 0
    assert np.isfinite(ranking.scores).all()


@pytest.mark.parametrize("name", ["two_tower", "lightgcn"])
def test_a_history_that_has_grown_counts_at_once(name: str, tmp_path: Path) -> None:
    model, view = tasted(name, tmp_path), judged()
    before = scores(model, view)
    user = view.data.tables["users"]["user"][2]
    news = [int(item) for item in ITEMS[1::3] if not np.isnan(before[2, list(ITEMS).index(item)])]
    after = scores(model, grown(view, user, news[:3]))
    assert not np.allclose(np.nan_to_num(after[2]), np.nan_to_num(before[2]))
    assert np.array_equal(np.delete(after, 2, 0), np.delete(before, 2, 0), equal_nan=True)


def test_a_user_who_came_later_is_served_by_their_history_or_not_at_all(tmp_path: Path) -> None:
    view = judged()
    tables = dict(view.data.tables)
    users = pd.concat([tables["users"], tables["users"].iloc[:1].assign(user=777)])
    late = replace(view, data=Dataset({**tables, "users": users.reset_index(drop=True)}))
    late = grown(late, 777, [int(item) for item in ITEMS[:6]])
    assert np.isfinite(tasted("lightgcn", tmp_path).rank(late, 3).scores[-1]).all()
    assert not np.isfinite(tasted("neumf", tmp_path).rank(late, 3).scores[-1]).any()


@pytest.mark.parametrize(
    ("name", "changes", "says"),
    [
        ("lightgcn", {"temperature": 0}, "temperature"),
        ("lightgcn", {"layer": 2}, "did you mean 'layers'"),
        ("neumf", {"negatives": 0}, "negatives"),
        ("neumf", {"size": 1}, "size"),
        ("two_tower", {"dropout": 1}, "dropout"),
        ("two_tower", {"batch_size": 0}, "batch_size"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(
    name: str, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(ParamsError, match=says):
        settings(name, **changes)
