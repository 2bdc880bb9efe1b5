"""Nets that tell what comes next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.contracts import Array, View
from penstock.core.errors import ParamsError
from tests.unit.models.ranking.deep import deep, view_of
from tests.unit.models.ranking.given import SEQUENTIAL, judged, on, settings

ITEMS = 30
every_net = pytest.mark.parametrize("name", SEQUENTIAL)


def walks(seed: int, users: int = 80, length: int = 7) -> tuple[View, Array]:
    """Users who walk along one ring of all items, and where each goes next."""
    random = np.random.default_rng(seed)
    ring = np.random.default_rng(5).permutation(ITEMS)
    begin = random.integers(0, ITEMS, users)
    places = (begin[:, None] + np.arange(length + 1)) % ITEMS
    return view_of(ring[places[:, :-1]].tolist(), ITEMS), ring[places[:, -1]]


@every_net
def test_a_rule_of_what_comes_next_is_learnt(name: str, tmp_path: Path) -> None:
    model = on(name, walks(0)[0], tmp_path, epochs=25, learning_rate=0.02)
    view, then = walks(1)
    ranking = model.rank(view, 1)
    assert (ranking.items[:, 0] == then).mean() > 0.95


@every_net
def test_what_was_had_before_the_window_is_not_read(name: str, tmp_path: Path) -> None:
    model = deep(name, tmp_path)
    view = judged("next_item")
    rows = view.data.tables["interactions"].sort_values(["user", "time", "item"])
    long = rows.groupby("user")["item"].transform("size") > 9
    short = rows[long].groupby("user").tail(8)
    one = model.rank(with_rows(view, rows[long]), 40)
    other = model.rank(with_rows(view, short), 40)
    for row in range(len(one.users)):
        before = dict(zip(other.items[row], other.scores[row], strict=True))
        shown = np.isfinite(one.scores[row])
        same = [before[item] for item in one.items[row][shown]]
        assert same == pytest.approx(one.scores[row][shown], abs=1e-5)


def with_rows(view: View, rows: Any) -> View:
    from dataclasses import replace

    from penstock.core.dataset import Dataset

    tables = dict(view.data.tables)
    users = tables["users"][tables["users"]["user"].isin(rows["user"])]
    kept = {"interactions": rows, "users": users}
    reset = {table: frame.reset_index(drop=True) for table, frame in kept.items()}
    return replace(view, data=Dataset({**tables, **reset}))


@every_net
def test_ties_that_are_shuffled_teach_nothing_of_their_order(name: str, tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    # Pairs of items of one moment: in order, the second is always the one after the first.
    starts = [random.permutation(ITEMS // 2)[:4] * 2 for _ in range(60)]
    histories = [[item for start in mine for item in (start, start + 1)] for mine in starts]
    moments = [[step // 2 for step in range(8)] for _ in histories]
    view = view_of(histories, ITEMS, moments)
    told = {
        shuffled: on(name, view, tmp_path, epochs=20, learning_rate=0.02, shuffle_ties=shuffled)
        for shuffled in (False, True)
    }
    even = view_of([[2 * user] for user in range(15)], ITEMS)
    odd = view_of([[2 * user + 1] for user in range(15)], ITEMS)
    after = {shuffled: share_of_partners(model, even, 1) for shuffled, model in told.items()}
    before = {shuffled: share_of_partners(model, odd, -1) for shuffled, model in told.items()}
    assert after[False] > 0.9 and before[False] < 0.3
    assert after[True] > 0.9 and before[True] > 0.9


def share_of_partners(model: Any, view: View, step: int) -> float:
    had = view.data.tables["interactions"].sort_values("user")["item"].to_numpy()
    return float((model.rank(view, 1).items[:, 0] == had + step).mean())


@every_net
def test_users_of_one_item_alone_are_no_reason_to_fail(name: str, tmp_path: Path) -> None:
    model = on(name, view_of([[0], [1], [2]], 5), tmp_path)
    ranking = model.rank(view_of([[0], [1], []], 5), 2)
    assert ranking.users.tolist() == [0, 1] and np.isfinite(ranking.scores).all()


@pytest.mark.parametrize(
    ("name", "changes", "says"),
    [
        ("sasrec", {"size": 15, "heads": 2}, "no multiple of heads"),
        ("sasrec", {"layer": 2}, "did you mean 'layers'"),
        ("sasrec", {"dropout": 1.0}, "dropout"),
        ("sasrec", {"length": 0}, "length"),
        ("gru4rec", {"hidden": 0}, "hidden"),
        ("gru4rec", {"heads": 2}, "heads: unknown key"),
        ("gru4rec", {"learning_rate": 0}, "learning_rate"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(
    name: str, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(ParamsError, match=says):
        settings(name, **changes)
