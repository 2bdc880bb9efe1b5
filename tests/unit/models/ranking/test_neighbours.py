"""Neighbours and walks, told by dense loops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from penstock.models.ranking.parts.packed import unpack
from tests.unit.models.ranking.given import fitted, judged, trial
from tests.unit.models.ranking.learnt import grown, had, scores


def test_user_knn_sums_the_cosines_of_the_nearest_users_who_had_an_item(tmp_path: Path) -> None:
    model = fitted("user_knn", tmp_path, neighbours=7, shrink=2.0)
    taken, view = had(trial().fit_view), judged()
    found, mine = scores(model, view), had(judged())
    known = list(trial().fit_view.data.tables["users"]["user"])
    for row, user in enumerate(view.data.tables["users"]["user"]):
        alike = []
        for other, theirs in enumerate(taken):
            common = sum(mine[row] * theirs)
            length = np.sqrt(sum(mine[row])) * np.sqrt(sum(theirs))
            alike.append(0.0 if other == known.index(user) else common / (length + 2.0))
        near = sorted(range(len(alike)), key=lambda other: (-alike[other], other))[:7]
        for item in range(mine.shape[1]):
            if not np.isnan(found[row, item]):
                told = sum(alike[other] * taken[other, item] for other in near)
                assert found[row, item] == pytest.approx(told, abs=1e-12)


def test_rp3beta_is_the_chance_of_three_steps_over_popularity(tmp_path: Path) -> None:
    alpha, beta = 0.7, 0.4
    model = fitted("rp3beta", tmp_path, alpha=alpha, beta=beta, neighbours=6)
    weights = unpack("weights", model.kept).toarray()
    taken = had(trial().fit_view)
    of_users, of_items = taken.sum(axis=1), taken.sum(axis=0)
    items = range(taken.shape[1])
    for start in items:
        chance = [0.0] * len(items)
        for end in items:
            if end == start or of_items[end] == 0:
                continue
            for user in np.flatnonzero(taken[:, start] * taken[:, end]):
                chance[end] += (1 / of_items[start]) ** alpha * (1 / of_users[user]) ** alpha
            chance[end] /= of_items[end] ** beta
        near = sorted(items, key=lambda end: (-chance[end], end))[:6]
        expected = [chance[end] if end in near else 0.0 for end in items]
        assert weights[start] == pytest.approx(expected, abs=1e-12)


def test_rp3beta_ranks_as_the_walk_from_the_user_does(tmp_path: Path) -> None:
    """The first step scales all scores of a user alike."""
    model = fitted("rp3beta", tmp_path, alpha=1.0, beta=0.0, neighbours=1000)
    taken = had(trial().fit_view)
    step = taken / taken.sum(axis=1, keepdims=True)
    back = (taken / np.maximum(taken.sum(axis=0), 1)).T
    walk = step @ back @ step
    found = scores(model, trial().fit_view)
    for user in range(len(taken)):
        shown = ~np.isnan(found[user])
        expected = walk[user, shown] * taken[user].sum()
        assert found[user, shown] == pytest.approx(expected, abs=1e-12)


def test_a_history_that_has_grown_is_served_without_another_fit(tmp_path: Path) -> None:
    view = judged()
    user = view.data.tables["users"]["user"][5]
    shown = np.flatnonzero(~np.isnan(scores(fitted("user_knn", tmp_path), view)[5]))
    items = view.data.tables["items"]["item"].to_numpy()
    news = [int(items[shown[0]]), int(items[shown[-1]])]
    for name in ("user_knn", "rp3beta", "slim", "ials", "markov"):
        model = fitted(name, tmp_path)
        before, after = scores(model, view), scores(model, grown(view, user, news))
        others = np.arange(len(before)) != 5
        np.testing.assert_array_equal(before[others], after[others])
        assert np.isnan(after[5, shown[[0, -1]]]).all()
        assert not np.array_equal(before[5, shown[1:-1]], after[5, shown[1:-1]])
