"""How a log is cut, and what is shown of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Trial, View
from penstock.core.errors import NoTrials, ParamsError
from penstock.core.ranking import Ranking
from penstock.tasks.ranking import trials
from penstock.tasks.ranking.trials import Log
from tests.shop import log, protocol

DATA = log()
ROWS = DATA.tables["interactions"]


def only(split: str, **settings: Any) -> Any:
    return protocol(leads_on=split, splits={split: settings})


def cut(split: str, **settings: Any) -> trials.Cut:
    asked = only(split, **settings) if settings else protocol()
    return Log(DATA).cut(asked, split)


def pairs(rows: np.ndarray[Any, Any]) -> set[tuple[int, int]]:
    return set(ROWS.iloc[rows][["user", "item"]].itertuples(index=False, name=None))


def test_every_split_is_fitted_in_turn_and_the_whole_log_at_last() -> None:
    found = [(t.split, t.fold, t.seed) for t in trials.trials(DATA, protocol(), 7)]
    assert found == [
        ("stratified", 0, 7),
        ("global_time_warm", 0, 7),
        ("global_time_cold", 0, 7),
        ("next_item", 0, 7),
        ("next_item", 1, 8),
        ("final", 0, 7),
    ]


def test_the_last_fit_may_be_promoted_and_has_seen_everything() -> None:
    *_, last = trials.trials(DATA, protocol(), 0)
    assert last.eval_view is None
    assert last.fit_rows is not None and len(last.fit_rows) == len(ROWS)
    assert last.trained_through == str(ROWS["time"].max()).replace(" ", "T") + ".000000"


def test_a_stratified_split_takes_the_rounded_share_of_each_item() -> None:
    found = cut("stratified")
    counts = ROWS.groupby("item").size()
    fitted = ROWS.iloc[found.fit].groupby("item").size().reindex(counts.index, fill_value=0)
    assert fitted.tolist() == [round(0.75 * count) for count in counts]
    assert sorted([*found.fit, *found.judged]) == list(range(len(ROWS)))


def test_a_stratified_split_is_that_of_numbers_drawn_row_by_row() -> None:
    drawn = np.random.RandomState(42).rand(len(ROWS))
    expected = set()
    for _, of_item in ROWS.groupby("item"):
        ordered = sorted(of_item.index, key=lambda row: drawn[row])
        expected |= set(ordered[: round(0.75 * len(ordered))])
    assert set(cut("stratified").fit) == expected


def test_in_time_nothing_is_learnt_that_is_not_before_all_that_is_judged() -> None:
    for split in ("global_time_warm", "global_time_cold"):
        found = cut(split)
        assert ROWS["time"].iloc[found.fit].max() < ROWS["time"].iloc[found.judged].min()


def test_rows_of_one_moment_stay_together() -> None:
    data = log()
    rows = data.tables["interactions"]
    rows["time"] = rows["time"].dt.floor("7D")
    asked = protocol(leads_on="all", splits={"all": {"kind": "global_time"}})
    found = Log(data).cut(asked, "all")
    assert rows["time"].iloc[found.fit].max() < rows["time"].iloc[found.judged].min()


def test_warm_users_have_a_history_and_cold_ones_none() -> None:
    warm, cold = cut("global_time_warm"), cut("global_time_cold")
    assert np.array_equal(warm.fit, cold.fit)
    known = set(ROWS["user"].iloc[warm.fit])
    assert set(ROWS["user"].iloc[warm.judged]) <= known
    assert len(cold.judged) and not set(ROWS["user"].iloc[cold.judged]) & known


def test_the_next_item_is_the_last_of_each_user() -> None:
    found = cut("next_item")
    for user, mine in ROWS.groupby("user"):
        last = mine.sort_values(["time", "item"]).index[-1]
        judged = [row for row in found.judged if ROWS["user"].iloc[row] == user]
        assert judged == [last]


def test_a_split_within_another_never_touches_what_that_one_judges() -> None:
    outer, inner = cut("stratified"), cut("validation")
    assert set(inner.fit) | set(inner.judged) == set(outer.fit)
    fitted, judged = trials.used_rows(DATA, protocol(), 0, "validation")
    assert np.array_equal(fitted, inner.fit) and np.array_equal(judged, inner.judged)


def test_settings_for_new_users_are_chosen_on_users_new_within_the_training_rows() -> None:
    splits = {
        "cold": {"kind": "global_time", "users": "cold"},
        "inside": {"kind": "global_time", "users": "cold", "within": "cold", "chooses": True},
    }
    asked = protocol(leads_on="cold", splits=splits)
    outer, inner = (Log(DATA).cut(asked, name) for name in splits)
    assert len(inner.judged) and set(inner.fit) | set(inner.judged) <= set(outer.fit)
    known = set(ROWS["user"].iloc[inner.fit])
    assert not set(ROWS["user"].iloc[inner.judged]) & known
    assert ROWS["time"].iloc[inner.fit].max() < ROWS["time"].iloc[inner.judged].min()


def test_a_split_to_choose_on_is_fitted_only_when_it_is_asked_for() -> None:
    (one,) = trials.folds(DATA, protocol(), 3, "validation")
    assert (one.split, one.seed) == ("validation", 3)


def test_what_a_user_took_before_is_nothing_to_be_found_again() -> None:
    data = log()
    rows = data.tables["interactions"]
    again = rows.assign(interaction=rows["interaction"] + len(rows))
    both = pd.concat([rows, again], ignore_index=True)
    data = type(data)({**data.tables, "interactions": both}, notes=data.notes)
    found = Log(data).cut(protocol(), "stratified")

    def taken(part: Any) -> list[tuple[int, int]]:
        return list(both.iloc[part][["user", "item"]].itertuples(index=False, name=None))

    assert not set(taken(found.fit)) & set(taken(found.judged))
    assert len(set(taken(found.judged))) == len(found.judged)


def test_a_window_without_anybody_to_judge_is_refused() -> None:
    with pytest.raises(NoTrials, match=r"split 'cold'.* 0 to find again\n  fix: .*splits\.cold"):
        cut("cold", kind="stratified", users="cold")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"leads_on": "validation"}, "none of the judged splits"),
        ({"leads_on": "strtified"}, "none of the judged splits"),
        ({"kept": 2}, "kept is 2, less than depth, 5"),
        ({"depth": 0}, "depth"),
        ({"splits": {"stratified": {"kind": "random"}}}, "kind"),
        (
            {"splits": {"stratified": {"kind": "stratified", "within": "x"}}},
            "splits.stratified.within",
        ),
        ({"splits": {"stratified": {"kind": "stratified", "train_share": 1}}}, "train_share"),
    ],
)
def test_a_protocol_that_makes_no_sense_is_told(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ParamsError, match=says):
        protocol(**changes)


def first(split: str) -> Trial:
    return next(iter(trials.folds(DATA, protocol(), 0, split)))


def view_of(split: str) -> View:
    view = first(split).eval_view
    assert view is not None
    return view


class Watcher:
    """Ranks by item id, and keeps the views it was shown."""

    def __init__(self, served: slice = slice(None)) -> None:
        self.served = served
        self.seen: list[View] = []

    def rank(self, view: View, k: int) -> Ranking:
        self.seen.append(view)
        users = np.arange(len(view.data.tables["users"]))[self.served]
        items = np.tile(np.arange(k), (len(users), 1))
        scores = np.tile(-np.arange(k, dtype=float), (len(users), 1))
        scores[:, -1] = -np.inf
        return Ranking(users, items, scores, np.zeros(len(users)), np.ones(len(users)))


class Rater(Watcher):
    def predict(self, view: View) -> Any:
        self.seen.append(view)
        return np.full(len(view.data.tables["asked"]), 3.5)


def test_a_candidate_that_ranks_is_never_told_what_is_asked() -> None:
    for split in ("stratified", "global_time_cold"):
        watcher = Watcher()
        trials.observe(watcher, view_of(split), protocol())  # type: ignore[arg-type]
        (view,) = watcher.seen
        assert view.target is None
        assert set(view.data.tables) == {"interactions", "users", "items"}
        had = set(
            view.data.tables["interactions"][["user", "item"]].itertuples(index=False, name=None)
        )
        assert not had & pairs(cut(split).judged)


def test_evidence_holds_the_ranking_as_deep_as_it_is_kept() -> None:
    seen = trials.observe(Watcher(slice(0, 2)), view_of("stratified"), protocol())  # type: ignore[arg-type]
    assert len(seen) == 2 * 19, "a place without a score is no place"
    assert seen["rank"].tolist() == [*range(1, 20)] * 2
    assert seen["item"].tolist()[:3] == [100, 101, 102]
    assert (seen["unit_id"] == seen["user"]).all()
    assert not {"label", "relevant", "value"} & set(seen)


def test_values_are_asked_of_a_candidate_that_tells_them() -> None:
    seen = trials.observe(Rater(), view_of("stratified"), protocol())  # type: ignore[arg-type]
    values = seen[seen["rank"].isna()]
    assert set(values[["user", "item"]].itertuples(index=False, name=None)) == pairs(
        cut("stratified").judged
    )
    assert (values["score"] == 3.5).all()


def test_a_tail_is_the_last_interaction_of_users_who_have_three() -> None:
    view = first("global_time_warm").fit_view
    rest, last = trials.tail(view)
    rows = view.data.tables["interactions"]
    counts = rows.groupby("user").size()
    assert len(last.data.tables["interactions"]) == (counts >= 3).sum()
    assert len(rest.data.tables["interactions"]) + (counts >= 3).sum() == len(rows)
    for user, mine in last.data.tables["interactions"].groupby("user"):
        assert mine["time"].item() == rows.loc[rows["user"] == user, "time"].max()
