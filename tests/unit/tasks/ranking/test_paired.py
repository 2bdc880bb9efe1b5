"""How often the paired interval over users lets a ranking in that is no better."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.tasks.ranking.lists import Lists
from penstock.tasks.ranking.paired import ask

DEPTH, CATALOGUE = 5, 60


def lists(hit, seed=0):
    """Each user's list, its hits as given, shape (users, DEPTH)."""
    users = len(hit)
    rows = pd.DataFrame(
        {
            "rank": np.tile(np.arange(1, DEPTH + 1), users),
            "item": np.random.default_rng(seed).integers(0, CATALOGUE, hit.size),
            "label": hit.ravel().astype(np.int8),
            "relevant": DEPTH,
            "catalogue": CATALOGUE,
            "novelty": 1.0,
            "diversity": np.nan,
            "popularity_bias": 0.5,
        }
    )
    return Lists(rows, np.repeat(np.arange(users), DEPTH), users, DEPTH)


def two_models(seed, users=100, better=1.0):
    """Lists of two models for users of whom some find much and some little."""
    random = np.random.default_rng(seed)
    chance = random.beta(1, 9, (users, 1))
    draws = [random.random((users, DEPTH)) < chance * times for times in (better, 1.0)]
    return [lists(one, number) for number, one in enumerate(draws)]


def test_a_model_against_itself_differs_by_nothing():
    one, _ = two_models(0)
    answers = ask(one, one, 100, 0)
    assert {(a.low, a.high) for a in answers.values()} == {(0.0, 0.0)}


def test_what_nobody_can_measure_is_not_answered():
    assert "diversity@5" not in ask(*two_models(0), 100, 0)


def test_the_same_users_make_the_interval_narrow_where_models_serve_alike():
    random = np.random.default_rng(1)
    hit = random.random((100, DEPTH)) < 0.3
    nearly = hit.copy()
    nearly[::10, 0] ^= True
    paired = ask(lists(nearly), lists(hit), 200, 0)["ndcg@5"]
    alone = ask(lists(nearly), None, 200, 0)["ndcg@5"]
    assert paired.high - paired.low < alone.high - alone.low


def test_four_users_of_a_thousand_are_no_proof():
    hit = np.zeros((1000, DEPTH), dtype=bool)
    few, many = hit.copy(), hit.copy()
    few[:4, 0] = many[:40, 0] = True
    assert ask(lists(few), lists(hit), 300, 0)["ndcg@5"].low == 0.0
    assert ask(lists(many), lists(hit), 300, 0)["ndcg@5"].low > 0.0


def test_the_interval_of_coverage_lies_about_its_difference():
    answer = ask(*two_models(2), 100, 0)["coverage@5"]
    difference = answer.challenger - answer.champion
    assert answer.high - difference == pytest.approx(difference - answer.low)
    assert answer.high > answer.low


def promoted(seeds, better):
    """In how many of the simulations the whole interval lies above 0."""
    return sum(ask(*two_models(seed, better=better), 100, seed)["ndcg@5"].low > 0 for seed in seeds)


def test_of_two_equal_models_the_challenger_wins_in_about_one_of_forty_simulations():
    # 2.5 % of 200 is 5; 13 would be seen in one of a thousand such series.
    assert promoted(range(200), better=1.0) <= 13


def test_a_challenger_that_is_much_better_wins_nearly_always():
    assert promoted(range(1000, 1040), better=3.0) >= 36
