from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.contracts import Array, View
from penstock.core.settings import parse
from penstock.models.ranking.markov import MODEL
from penstock.models.ranking.parts.packed import unpack
from tests.unit.models.ranking.deep import view_of
from tests.unit.models.ranking.given import context, fitted, judged, trial
from tests.unit.models.ranking.learnt import ITEMS, grown, scores


def sequences(view: View) -> dict[int, list[int]]:
    """Positions of items, of each user in order of time, by plain sorting."""
    found: dict[int, list[int]] = {user: [] for user in view.data.tables["users"]["user"]}
    rows = view.data.tables["interactions"].sort_values(["user", "time", "item"])
    for user, item in zip(rows["user"], rows["item"], strict=True):
        found[user].append(int(np.searchsorted(ITEMS, item)))
    return found


def steps(view: View, reach: int, decay: float, source: float, target: float) -> Array:
    counts = np.zeros((len(ITEMS), len(ITEMS)))
    for items in sequences(view).values():
        for here, before in ((h, b) for h in range(len(items)) for b in range(h)):
            if here - before <= reach:
                counts[items[before], items[here]] += decay ** (here - before - 1)
    leaving = np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
    scaled: Array = counts / leaving**source / np.maximum(counts.sum(axis=0), 1e-12) ** target
    return scaled


@pytest.mark.parametrize(
    ("reach", "source", "target"), [(1, 1.0, 0.0), (4, 0.5, 0.3), (1000, 0.0, 0.0)]
)
def test_steps_are_counted_back_and_scaled(
    reach: int, source: float, target: float, tmp_path: Path
) -> None:
    told: dict[str, Any] = {"reach": reach, "source_power": source, "target_power": target}
    model = fitted("markov", tmp_path, "next_item", decay=0.6, **told)
    expected = steps(trial("next_item").fit_view, reach, 0.6, source, target)
    assert unpack("steps", model.kept).toarray() == pytest.approx(expected, rel=1e-12)


def test_a_first_order_chain_that_forgets_at_once_tells_from_the_last_item(tmp_path: Path) -> None:
    asked = {"reach": 1, "recency": 1e-30, "source_power": 1.0}
    model = fitted("markov", tmp_path, "next_item", **asked)
    chain = unpack("steps", model.kept).toarray()
    found = scores(model, judged("next_item"))
    for row, items in enumerate(sequences(judged("next_item")).values()):
        shown = ~np.isnan(found[row])
        assert found[row, shown] == pytest.approx(chain[items[-1], shown], abs=1e-12)


def test_what_was_taken_before_counts_the_less_the_longer_ago(tmp_path: Path) -> None:
    model = fitted("markov", tmp_path, recency=0.7)
    chain = unpack("steps", model.kept).toarray()
    found = scores(model, judged())
    for row, items in enumerate(sequences(judged()).values()):
        told = sum(0.7**back * chain[item] for back, item in enumerate(reversed(items)))
        shown = ~np.isnan(found[row])
        assert found[row, shown] == pytest.approx(told[shown], abs=1e-12)


def test_a_user_whose_history_goes_on_is_told_the_next_from_there(tmp_path: Path) -> None:
    model, view = fitted("markov", tmp_path, recency=1e-30), judged()
    user = view.data.tables["users"]["user"][2]
    shown = np.flatnonzero(~np.isnan(scores(model, view)[2]))
    last = int(shown[0])
    after = scores(model, grown(view, user, [int(ITEMS[last])]))[2]
    chain = unpack("steps", model.kept).toarray()
    assert after[shown[1:]] == pytest.approx(chain[last, shown[1:]], abs=1e-12)


def test_even_ties_make_the_order_of_the_catalogue_tell_nothing(tmp_path: Path) -> None:
    # Pairs of items of one moment, then another pair: the catalogue has them upwards or down.
    pairs = [(0, 1), (2, 3), (4, 5), (6, 7)]
    orders = [pairs[first:] + pairs[:first] for first in range(4)]
    told = {}
    for places in (list(range(8)), list(range(7, -1, -1))):
        histories = [[places[item] for pair in order for item in pair] for order in orders]
        model = MODEL(parse(MODEL.Settings, {"even_ties": True}, "markov"))
        model.fit(view_of(histories, 8, [[0, 0, 1, 1, 2, 2, 3, 3]] * 4), context(tmp_path))
        ranking = model.rank(view_of([places[:2]], 8, [[0, 0]]), 6)
        scores_of = dict(zip(ranking.items[0], ranking.scores[0], strict=True))
        told[places[0]] = [scores_of[places[item]] for item in range(2, 8)]
    assert told[0] == pytest.approx(told[7], rel=1e-12)
    assert told[0][0] == pytest.approx(told[0][1]) and told[0][0] > told[0][2]
