"""What finds candidates, and what the second stage sees of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Array
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.pair_columns import columns
from penstock.models.ranking.parts.retrievers import DAY, NAMES, WEEK, learn, recent, scores

ITEMS = pd.DataFrame(
    {
        "category": ["War", "War|Drama", "", "Drama", "War"],
        "year": np.array([1990, 2000, np.nan, 1980, 1990], np.float32),
    }
)
GIVEN = Histories(
    items=5,
    start=np.array([0, 3, 5, 5]),
    item=np.array([0, 1, 3, 1, 3]),
    time=np.array([0, 1, 5, 4, 6]) * WEEK,
    value=np.array([1.0, 2.0, np.nan, 4.0, np.nan]),
)
KEPT = learn(GIVEN, ITEMS, l2=1.0, half_life=7.0, seed=0, threads=1)


def looked_at(user: list[int], item: list[int]) -> dict[str, Array]:
    return columns(KEPT, scores(KEPT, GIVEN), GIVEN, np.array(user), np.array(item))


def test_the_trend_halves_with_every_half_life() -> None:
    assert KEPT["trend"] == pytest.approx([2**-6, 2**-5 + 2**-2, 0, 2**-1 + 1, 0])


def test_steps_fade_with_what_lies_between() -> None:
    steps = KEPT["next"]
    assert (steps > 0).tolist() == [
        [False, True, False, True, False],
        [False, False, False, True, False],
        *[[False] * 5] * 3,
    ]
    assert steps[1, 3] > steps[0, 3]


def test_the_last_items_count_most_and_old_ones_nothing() -> None:
    found = recent(GIVEN, 0.5, 2).toarray()
    assert found[0].tolist() == [0, 0.5, 0, 1, 0] and not found[2].any()


def test_nothing_is_retrieved_that_was_had_or_that_nobody_had() -> None:
    for name, values in scores(KEPT, GIVEN).items():
        assert name in NAMES
        assert np.isfinite(values).tolist() == [
            [False] * 5,
            [True, False, False, False, False],
            [True, True, False, True, False],
        ]


def test_popularity_is_that_of_the_weeks_before_the_user_was_last_seen() -> None:
    seen = looked_at([0, 1, 2], [1, 1, 1])
    # Last seen in week 5, in week 6, and never, which is the end of the log, week 6.
    assert seen["month"].tolist() == [1, 1, 1]
    assert looked_at([0, 1], [3, 3])["week"].tolist() == [1, 1]
    assert seen["age_days"].tolist() == [28, 35, 35]
    assert seen["users_of"].tolist() == [2, 2, 2]
    assert seen["away_days"].tolist() == pytest.approx([7, 0, 0])
    assert DAY * 7 == WEEK


def test_content_is_compared_with_what_the_user_had() -> None:
    seen = looked_at([1, 1, 2], [0, 2, 0])
    half = 0.5**0.5
    assert seen["kind"] == pytest.approx([half / 2, 0, 0])
    assert seen["year_apart"][0] == 0 and np.isnan(seen["year_apart"][1:]).all()
    assert seen["liking"][0] == 1.0 and np.isnan(looked_at([1], [3])["liking"][0])


def test_an_empty_log_is_learnt_from_too() -> None:
    nothing = Histories(5, np.zeros(2, dtype=np.int64), *(np.zeros(0, dtype=np.int64),) * 3)
    kept = learn(nothing, ITEMS, l2=1.0, half_life=7.0, seed=0, threads=1)
    assert not np.isfinite(scores(kept, nothing)["taste"]).any()
