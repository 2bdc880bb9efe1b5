from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from penstock.core.dataset import Dataset
from penstock.models.ranking.bpr import BPR
from tests.unit.models.ranking.given import context, fitted, judged, settings, trial
from tests.unit.models.ranking.learnt import had, scores


def test_the_loss_falls_and_is_recorded(tmp_path: Path) -> None:
    rows: list[dict[str, float]] = []
    BPR(settings("bpr")).fit(
        trial().fit_view, context(tmp_path, lambda row: rows.append(dict(row)))
    )
    losses = [row["loss"] for row in rows]
    assert [row["epoch"] for row in rows] == list(range(60))
    assert 0.6 < losses[0] < np.log(2)  # which is the loss when nothing is known
    assert np.mean(losses[-5:]) < 0.6 * losses[0]


def test_scores_are_the_products_of_vectors_and_what_items_score_for_all(tmp_path: Path) -> None:
    model, view = fitted("bpr", tmp_path), trial().fit_view
    found = scores(model, view)
    kept = model.kept
    for user in (0, 9, 30):
        for item in np.flatnonzero(~np.isnan(found[user])):
            told = np.dot(kept["of_users"][user], kept["of_items"][item]) + kept["pull"][item]
            assert abs(found[user, item] - told) < 1e-5


def test_most_of_what_a_user_had_stands_above_what_they_had_not(tmp_path: Path) -> None:
    model, taken = fitted("bpr", tmp_path), had(trial().fit_view)
    told = model.kept["of_users"] @ model.kept["of_items"].T + model.kept["pull"]
    right = [
        (told[user][taken[user] == 1][:, None] > told[user][taken[user] == 0]).mean()
        for user in range(len(taken))
    ]
    assert np.mean(right) > 0.9


def test_a_user_it_never_met_is_not_served(tmp_path: Path) -> None:
    model, view = fitted("bpr", tmp_path), judged()
    tables = {name: table.copy() for name, table in view.data.tables.items()}
    for table in ("users", "interactions"):
        tables[table]["user"] += 5000
    ranking = model.rank(replace(view, data=Dataset(tables)), 5)
    assert not np.isfinite(ranking.scores).any()


def test_a_user_who_had_everything_is_no_endless_search(tmp_path: Path) -> None:
    view = trial().fit_view
    rows, items = view.data.tables["interactions"], view.data.tables["items"]["item"]
    everything = rows.iloc[[0] * len(items)].assign(
        user=1, item=items.to_numpy(), interaction=np.arange(len(items)) + 10**6
    )
    tables = {**view.data.tables, "interactions": everything}
    one = replace(view, data=Dataset({**tables, "users": tables["users"].iloc[:1]}))
    model = BPR(settings("bpr", epochs=1)).fit(one, context(tmp_path))
    assert np.isfinite(model.kept["of_users"]).all()
