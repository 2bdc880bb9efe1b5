"""Whom two rankings are judged for, from when on, and what guards say."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import FitContext
from penstock.core.dataset import Dataset
from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.models.ranking.item_knn import ItemKNN
from penstock.models.ranking.popularity import Popularity
from penstock.tasks.later import NoLaterUnits
from penstock.tasks.ranking import trials
from penstock.tasks.ranking.promotion import (
    PromotionSettings,
    head,
    judge,
    judged,
    problems,
    trained_through,
    windows,
)
from penstock.tasks.ranking.trials import Log
from penstock.tasks.resampling import tail_of
from tests.shop import log, protocol

PROTOCOL = protocol()
SEEN = "2024-01-20T12:00:00"


def settings(**changes):
    terms = {"metric": "ndcg@5", "floor": 0.1, "min_days": 4, "bootstrap": 100}
    return parse(PromotionSettings, terms | changes, "promotion.p")


def window_of(data, **changes):
    (window,) = windows(data, [[SEEN]], PROTOCOL, settings(**changes))
    return window


def until(data, day):
    """The log as it was at the end of `day`."""
    rows = data.tables["interactions"]
    kept = rows[rows["time"] < pd.Timestamp(day) + pd.Timedelta(days=1)].reset_index(drop=True)
    return Dataset({**data.tables, "interactions": kept}, notes=data.notes)


def observed(kind, data, window):
    """What a model of `kind`, fitted on all before SEEN, shows to the users of `window`."""
    whole = Log(data)
    context = FitContext(seed=0, threads=1, device="cpu", checkpoint_dir=None)
    fitted = kind(kind.Settings()).fit(
        whole.fit_view(np.flatnonzero(whole.time <= np.datetime64(SEEN))), context
    )
    return trials.observe(fitted, judged(data, window, PROTOCOL, settings()), PROTOCOL)


def verdict(ours, theirs, data, window, **changes):
    return judge(ours, theirs, window, data, PROTOCOL, settings(**changes), 0)


def shown(user_items):
    """Evidence of the lists given, best first."""
    rows = [
        {"user": user, "item": item, "rank": rank, "score": -float(rank), "z": 0.0}
        for user, items in user_items.items()
        for rank, item in enumerate(items, 1)
    ]
    frame = pd.DataFrame(rows, columns=["user", "item", "rank", "score", "z"])
    return frame.astype({"rank": "Int32"})


def taken(data, window):
    """{user: items new to them in the window}, read off the log one row at a time."""
    had: dict[int, set[int]] = {}
    found: dict[int, set[int]] = {}
    for row in data.tables["interactions"].sort_values("time").itertuples():
        if row.time.date() < window.first:
            had.setdefault(row.user, set()).add(row.item)
        elif row.time.date() <= window.last and row.item not in had.get(row.user, ()):
            found.setdefault(row.user, set()).add(row.item)
    return found


def test_the_final_fit_tells_what_it_has_seen_from_the_log_itself():
    data = log()
    *_, final = trials.trials(data, PROTOCOL, seed=0)
    assert trained_through(data, PROTOCOL) == final.trained_through


def test_days_count_from_the_first_whole_one_after_training():
    window = window_of(until(log(), "2024-01-22"))
    assert (window.first, window.last) == (date(2024, 1, 21), date(2024, 1, 22))
    assert window.opens == date(2024, 1, 24)
    says = "interactions are known through 2024-01-22; expected 4 days from 2024-01-21 on"
    assert window.problem == says


@pytest.mark.parametrize(("delay", "opens"), [(0, "2024-01-24"), (3, "2024-01-30")])
def test_the_day_that_is_named_is_the_first_on_which_it_opens(delay, opens):
    before = np.datetime64(opens) - 1
    for day, is_open in ((before, False), (opens, True)):
        window = window_of(until(log(), day), label_delay_days=delay)
        assert (window.problem == "") is is_open
        assert window.opens == date.fromisoformat(opens)


def test_both_models_must_not_have_seen_the_days():
    groups = [[SEEN], [SEEN, "2024-01-25T00:00:00"]]
    alone, both = windows(log(), groups, PROTOCOL, settings())
    assert (alone.first, both.first) == (date(2024, 1, 21), date(2024, 1, 26))


def test_models_are_shown_who_acts_and_what_they_had_before_and_the_whole_catalogue():
    data = until(log(), "2024-01-26")
    window = window_of(data)
    tables = judged(data, window, PROTOCOL, settings()).data.tables
    found = taken(data, window)
    assert set(tables["users"]["user"]) == set(found)
    assert tables["items"].equals(data.tables["items"])
    had = tables["interactions"]
    assert had["time"].max() < pd.Timestamp(window.first)
    every = data.tables["interactions"]
    mine = every[every["user"].isin(found) & (every["time"] < pd.Timestamp(window.first))]
    assert sorted(had["interaction"]) == sorted(mine["interaction"])
    # Some of them are new, and stay in.
    assert set(found) - set(had["user"])


def test_what_is_told_late_is_neither_shown_nor_asked():
    data = log()
    window = window_of(data, label_delay_days=3)
    assert window.first == date(2024, 1, 24)
    tables = judged(data, window, PROTOCOL, settings(label_delay_days=3)).data.tables
    assert tables["interactions"]["time"].max() < pd.Timestamp("2024-01-21")
    pairs = tables["asked"][["user", "item"]].itertuples(index=False)
    assert {tuple(pair) for pair in pairs} == {
        (user, item) for user, items in taken(data, window).items() for item in items
    }


def test_figures_and_interval_are_those_of_a_literal_reading():
    data = until(log(), "2024-01-26")
    window = window_of(data)
    sides = [observed(kind, data, window) for kind in (ItemKNN, Popularity)]
    found = verdict(*sides, data, window)
    truth = taken(data, window)
    users = sorted(truth)
    figures = []
    for side in sides:
        values = []
        for user in users:
            mine = side[(side["user"] == user) & (side["rank"] <= 5)].sort_values("rank")
            gain = [item in truth[user] for item in mine["item"]]
            best = sum(1 / np.log2(rank + 1) for rank in range(1, min(5, len(truth[user])) + 1))
            values.append(sum(hit / np.log2(i + 2) for i, hit in enumerate(gain)) / best)
        figures.append(np.array(values))
    assert found.primary.challenger == pytest.approx(figures[0].mean(), abs=1e-12)
    assert found.primary.champion == pytest.approx(figures[1].mean(), abs=1e-12)
    assert (found.unit, found.units, found.rows) == (
        "user",
        len(users),
        sum(map(len, truth.values())),
    )
    random, apart = np.random.default_rng(0), figures[0] - figures[1]
    means = [apart[random.integers(0, len(users), len(users))].mean() for _ in range(100)]
    tail = tail_of(int((apart != 0).sum()))
    expected = np.quantile(means, [tail, 1 - tail])
    assert [found.primary.low, found.primary.high] == pytest.approx(expected, abs=1e-12)
    assert {one.metric for one in found.others} >= {"map@5", "recall@5", "coverage@5"}


def test_who_leaves_newcomers_out_finds_nothing_for_them():
    data = until(log(), "2024-01-26")
    window = window_of(data)
    popular, knn = (observed(kind, data, window) for kind in (Popularity, ItemKNN))
    assert set(knn["user"]) < set(popular["user"]) == set(taken(data, window))
    served = popular[popular["user"].isin(knn["user"])]
    found = verdict(served, popular, data, window)
    assert found.units == popular["user"].nunique()
    assert found.primary.challenger < found.primary.champion


def test_a_model_that_serves_nobody_scores_nothing_and_is_compared():
    data = until(log(), "2024-01-26")
    window = window_of(data)
    guards = {"coverage": {"tolerance": 0.0}, "popularity": {}}
    popular = observed(Popularity, data, window)
    found = verdict(shown({}), popular, data, window, guards=guards)
    assert found.primary.challenger == 0.0 and found.primary.high < 0
    assert [one.verdict for one in found.guards] == ["failed", "not judged"]
    alone = verdict(shown({}), None, data, window)
    assert (alone.primary.challenger, alone.primary.low, alone.primary.high) == (0, 0, 0)


def test_a_first_champion_is_measured_by_itself_and_no_guard_compares_it():
    data = until(log(), "2024-01-26")
    window = window_of(data)
    guards = {"coverage": {}, "popularity": {}}
    found = verdict(observed(Popularity, data, window), None, data, window, guards=guards)
    assert found.primary.champion is None and found.guards == []
    assert found.primary.low <= found.primary.challenger <= found.primary.high


@pytest.mark.parametrize("metric", ["popularity_bias", "novelty"])
def test_lists_that_lean_to_the_popular_fail_until_it_is_tolerated(metric):
    data = until(log(), "2024-01-26")
    window = window_of(data)
    counts = data.tables["interactions"]["item"].value_counts()
    users = taken(data, window)
    famous = shown(dict.fromkeys(users, counts.index[:5]))
    mixed = shown({user: counts.index[[0, 7, 14, 21, 28]] for user in users})
    verdicts = []
    for tolerance in (0.0, 10.0):
        guards = {"popularity": {"metric": metric, "tolerance": tolerance}}
        verdicts += [
            verdict(ours, theirs, data, window, guards=guards).guards[0].verdict
            for ours, theirs in ((famous, mixed), (mixed, famous))
        ]
    assert verdicts == ["failed", "held", "held", "held"]


def test_coverage_may_fall_by_the_tolerance():
    data = until(log(), "2024-01-26")
    window = window_of(data)
    items, users = data.tables["items"]["item"].to_numpy(), list(taken(data, window))
    wide = shown({user: np.roll(items, 5 * n)[:5] for n, user in enumerate(users)})
    narrow = shown(dict.fromkeys(users, items[:5]))
    for tolerance, expected in ((0.0, "failed"), (0.99, "held")):
        guards = {"coverage": {"tolerance": tolerance}}
        (guard,) = verdict(narrow, wide, data, window, guards=guards).guards
        assert (guard.verdict, guard.name) == (expected, "coverage")
        assert guard.low < guard.challenger - guard.champion < guard.high


def test_days_on_which_hardly_anybody_acts_decide_nothing():
    data = log()
    rows = data.tables["interactions"]
    late = rows["time"] >= pd.Timestamp("2024-01-21")
    few = rows["user"].isin(sorted(rows.loc[late, "user"].unique())[:4])
    kept = rows[~late | few].reset_index(drop=True)
    window = window_of(Dataset({**data.tables, "interactions": kept}, notes=data.notes))
    assert window.opens is None
    assert "4 users take something that is new to them; expected 5 or more" in window.problem


def test_a_log_without_dates_is_refused_with_what_to_do():
    data = log()
    rows = data.tables["interactions"]
    numbered = rows.assign(time=np.arange(len(rows)))
    with pytest.raises(NoLaterUnits, match=r"holds int64, no dates[\s\S]*fix: make the column"):
        window_of(Dataset({**data.tables, "interactions": numbered}, notes=data.notes))


def test_the_head_of_a_view_is_some_users_and_the_whole_catalogue():
    data = until(log(), "2024-01-26")
    view = judged(data, window_of(data), PROTOCOL, settings())
    tables = head(view, 3).data.tables
    first = view.data.tables["users"]["user"][:3]
    assert tables["users"]["user"].tolist() == first.tolist()
    assert set(tables["interactions"]["user"]) | set(tables["asked"]["user"]) == set(first)
    assert len(tables["items"]) == len(data.tables["items"])


@pytest.mark.parametrize(
    ("metric", "says"),
    [("ndcg@10", "did you mean 'ndcg@5'"), ("popularity_bias@5", "metric: found 'popularity_bias")],
)
def test_a_metric_that_is_not_measured_or_not_better_by_more_is_refused(metric, says):
    (problem,) = problems(settings(metric=metric), PROTOCOL)
    assert says in problem
    assert problems(settings(), PROTOCOL) == []


def test_settings_are_checked_and_few_are_needed():
    least = parse(PromotionSettings, {"floor": 0.1}, "promotion.p")
    assert (least.metric, least.label_delay_days) == ("ndcg@10", 0)
    with pytest.raises(ParamsError, match="did you mean 'coverage'"):
        settings(guards={"covrage": {}})
    with pytest.raises(ParamsError, match=r"guards\.coverage\.tolerance"):
        settings(guards={"coverage": {"tolerance": -1}})
    with pytest.raises(ParamsError, match=r"guards\.popularity\.metric"):
        settings(guards={"popularity": {"metric": "fame"}})
    with pytest.raises(ParamsError, match="label_delay_days"):
        settings(label_delay_days=-1)
