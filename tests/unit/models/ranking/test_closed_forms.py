"""Models that can be worked out another way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.contracts import Array
from penstock.core.errors import ParamsError
from penstock.models.ranking.parts.packed import unpack
from tests.unit.models.ranking.given import DATA, fitted, judged, model, trial


def matrix(view: Any) -> Array:
    """Users × items of the catalogue, 1 where a user had an item."""
    rows, items = view.data.tables["interactions"], DATA.tables["items"]["item"]
    users = view.data.tables["users"]["user"]
    had = np.zeros((len(users), len(items)))
    had[np.searchsorted(users, rows["user"]), np.searchsorted(items, rows["item"])] = 1
    return had


def kept(learnt: Any, name: str) -> Array:
    found: Array = learnt.kept[name]
    return found


def test_the_weights_of_ease_solve_each_column_by_itself(tmp_path: Path) -> None:
    """Ridge regression of an item on all others, which is what the closed form stands for."""
    weights = kept(fitted("ease", tmp_path, l2=20.0), "weights")
    had = matrix(trial().fit_view)
    for item in (0, 7, 31):
        others = np.delete(np.arange(had.shape[1]), item)
        X, y = had[:, others], had[:, item]
        alone = np.linalg.solve(X.T @ X + 20.0 * np.eye(len(others)), X.T @ y)
        assert weights[others, item] == pytest.approx(alone, abs=1e-5)
        assert weights[item, item] == 0


def test_item_knn_keeps_the_nearest_by_shrunk_cosine(tmp_path: Path) -> None:
    learnt: Any = fitted("item_knn", tmp_path, neighbours=4, shrink=3.0)
    alike = unpack("alike", learnt.kept).toarray()
    had = matrix(trial().fit_view)
    length = np.sqrt((had**2).sum(axis=0))
    whole = had.T @ had / (np.outer(length, length) + 3.0)
    np.fill_diagonal(whole, 0)
    for item in range(had.shape[1]):
        near = np.argsort(-whole[:, item], kind="stable")[:4]
        expected = np.zeros(len(length))
        expected[near] = whole[near, item]
        assert alike[:, item] == pytest.approx(expected, abs=1e-12)


def test_popularity_counts_users(tmp_path: Path) -> None:
    view = trial().fit_view
    rows = view.data.tables["interactions"].drop_duplicates(["user", "item"])
    expected = rows.groupby("item").size().reindex(DATA.tables["items"]["item"], fill_value=0)
    assert kept(fitted("popularity", tmp_path), "users_of").tolist() == expected.tolist()


def test_an_item_that_nobody_had_is_not_shown(tmp_path: Path) -> None:
    view = trial("next_item").fit_view
    unknown = set(DATA.tables["items"]["item"]) - set(view.data.tables["interactions"]["item"])
    for name in ("popularity", "ease"):
        seen = fitted(name, tmp_path, "next_item").rank(judged("next_item"), 100)
        shown = seen.items[np.isfinite(seen.scores)]
        assert not unknown & set(DATA.tables["items"]["item"].to_numpy()[shown])


@pytest.mark.parametrize(
    ("name", "settings", "says"),
    [
        ("ease", {"l2": 0}, "l2"),
        ("ease", {"lambda": 5.0}, "lambda: unknown key"),
        ("item_knn", {"neighbours": 0}, "neighbours"),
        ("item_knn", {"neighbors": 5}, "did you mean 'neighbours'"),
        ("popularity", {"days": 5}, "days"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(name: str, settings: Any, says: str) -> None:
    with pytest.raises(ParamsError, match=says):
        model(name, **settings)
