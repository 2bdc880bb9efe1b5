"""What every model of the ranking task keeps to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import View
from penstock.core.dataset import Dataset
from penstock.core.errors import ModelFileError
from penstock.core.ranking import Ranking
from penstock.core.workspace import load_model
from penstock.tasks.ranking import scores, trials
from tests.shop import protocol
from tests.unit.models.ranking.given import DATA, MODELS, fitted, judged

every_ranker = pytest.mark.parametrize("name", MODELS)


def same(one: Ranking, other: Ranking) -> bool:
    parts = ("users", "items", "scores", "mean", "std")
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in parts)


def ndcg(name: str, folder: Path, split: str = "stratified") -> float:
    seen = trials.observe(fitted(name, folder, split), judged(split), protocol())
    rows = scores.join(seen.assign(split=split, fold=0), DATA, protocol())
    return scores.fold_score(rows, protocol())["ndcg@5"]


@every_ranker
def test_nobody_is_shown_what_they_had(name: str, tmp_path: Path) -> None:
    view = judged()
    ranking = fitted(name, tmp_path).rank(view, 100)
    users, items = view.data.tables["users"]["user"], view.data.tables["items"]["item"]
    had = set(view.data.tables["interactions"][["user", "item"]].itertuples(index=False, name=None))
    rows, places = np.nonzero(np.isfinite(ranking.scores))
    shown = [
        (users[ranking.users[r]], items[ranking.items[r, p]])
        for r, p in zip(rows, places, strict=True)
    ]
    assert shown and not had & set(shown)
    assert len(set(shown)) == len(shown)


@every_ranker
def test_scores_fall_and_ties_go_by_item(name: str, tmp_path: Path) -> None:
    ranking = fitted(name, tmp_path).rank(judged(), 30)
    assert ranking.scores.shape == ranking.items.shape == (len(ranking.users), 30)
    above, below = ranking.scores[:, :-1], ranking.scores[:, 1:]
    assert (above >= below).all()
    level = (above == below) & np.isfinite(above)
    assert (ranking.items[:, :-1] < ranking.items[:, 1:])[level].all()


@every_ranker
def test_mean_and_spread_are_of_all_items_a_user_might_be_shown(name: str, tmp_path: Path) -> None:
    learnt = fitted(name, tmp_path)
    whole = learnt.rank(judged(), 10_000)
    scored = np.where(np.isfinite(whole.scores), whole.scores, np.nan)
    assert np.nanmean(scored, axis=1) == pytest.approx(whole.mean, rel=1e-9, abs=1e-12)
    assert np.nanstd(scored, axis=1) == pytest.approx(whole.std, rel=1e-9, abs=1e-12)
    few = learnt.rank(judged(), 3)
    assert np.array_equal(few.mean, whole.mean) and np.array_equal(few.items, whole.items[:, :3])


@every_ranker
def test_a_model_that_was_saved_and_loaded_ranks_the_same_bits(name: str, tmp_path: Path) -> None:
    before = fitted(name, tmp_path)
    before.save(tmp_path / "kept")
    after = load_model("ranking", name).MODEL.load(tmp_path / "kept")
    assert same(before.rank(judged(), 20), after.rank(judged(), 20))
    assert after.get_params() == before.get_params()
    after.save(tmp_path / "again")
    for file in (tmp_path / "kept").iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


@every_ranker
def test_two_fits_are_the_same_bits(name: str, tmp_path: Path) -> None:
    np.random.seed(1)
    one = fitted(name, tmp_path / "one").rank(judged(), 20)
    np.random.seed(2)
    assert same(one, fitted(name, tmp_path / "two").rank(judged(), 20))


@every_ranker
def test_a_user_is_ranked_the_same_alone_and_among_others(name: str, tmp_path: Path) -> None:
    learnt, view = fitted(name, tmp_path), judged()
    whole = learnt.rank(view, 10)
    user = view.data.tables["users"]["user"][7]
    tables = dict(view.data.tables)
    for table in ("users", "interactions"):
        tables[table] = tables[table][tables[table]["user"] == user].reset_index(drop=True)
    alone = learnt.rank(replace(view, data=Dataset(tables)), 10)
    assert np.array_equal(alone.items[0], whole.items[7])


@every_ranker
def test_a_catalogue_in_another_order_and_with_new_items_is_no_matter(
    name: str, tmp_path: Path
) -> None:
    learnt, view = fitted(name, tmp_path), judged()
    items = view.data.tables["items"]
    news = items.iloc[:2].assign(item=[9001, 9002])
    turned = pd.concat([news, items.iloc[::-1]], ignore_index=True)
    other = replace(view, data=Dataset({**view.data.tables, "items": turned}))

    def scored(seen: View) -> list[dict[int, float]]:
        ranking = learnt.rank(seen, 100)
        ids = seen.data.tables["items"]["item"].to_numpy()[ranking.items]
        return [
            {int(i): s for i, s in zip(row, of, strict=True) if np.isfinite(s)}
            for row, of in zip(ids, ranking.scores, strict=True)
        ]

    for one, two in zip(scored(view), scored(other), strict=True):
        assert {item: one[item] for item in one} == {i: s for i, s in two.items() if i < 9000}


@every_ranker
def test_nobody_to_rank_for_is_no_ranking(name: str, tmp_path: Path) -> None:
    view = judged()
    nobody = {**view.data.tables, "users": view.data.tables["users"].iloc[:0]}
    ranking = fitted(name, tmp_path).rank(replace(view, data=Dataset(nobody)), 5)
    assert len(ranking.users) == 0 and ranking.items.shape == (0, 5)


@every_ranker
def test_a_folder_that_holds_another_thing_is_no_model(name: str, tmp_path: Path) -> None:
    kind = load_model("ranking", name).MODEL
    with pytest.raises(ModelFileError, match="fix: dvc repro"):
        kind.load(tmp_path)
    fitted(name, tmp_path).save(tmp_path / "kept")
    manifest = tmp_path / "kept" / "manifest.json"
    notes = json.loads(manifest.read_text())
    notes["notes"]["settings"] = {"no": "such"}
    manifest.write_text(json.dumps(notes))
    with pytest.raises(ModelFileError, match="no"):
        kind.load(tmp_path / "kept")


@pytest.mark.parametrize("name", [name for name in MODELS if name != "popularity"])
def test_what_learns_tastes_beats_what_all_take(name: str, tmp_path: Path) -> None:
    assert ndcg(name, tmp_path) > 1.1 * ndcg("popularity", tmp_path)


@every_ranker
def test_users_without_a_history_are_served_by_those_who_say_so(name: str, tmp_path: Path) -> None:
    learnt = fitted(name, tmp_path, "global_time_cold")
    ranking = learnt.rank(judged("global_time_cold"), 5)
    serves = load_model("ranking", name).MODEL.cold_users
    assert (len(ranking.users) > 0) is serves
