"""Metrics of rankings: by hand, and against a literal reading of their definitions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.dataset import Dataset
from penstock.tasks.ranking import scores, trials
from penstock.tasks.ranking.trials import Log
from tests.reference import literal_ranking as literal
from tests.shop import log, protocol

SHOWN = {1: [10, 11, 12, 13, 14], 2: [15, 16, 17, 18, 19], 3: [10, 12, 14, 16, 18]}
TAKEN = {1: {10, 13, 30}, 2: {31, 32}, 3: {10, 12, 14, 16, 18, 33}}


def joined(**columns: Any) -> pd.DataFrame:
    """Three users' lists of five, as `join` gives them."""
    rows = [
        (user, item, rank, float(item in TAKEN[user]), len(TAKEN[user]))
        for user, items in SHOWN.items()
        for rank, item in enumerate(items, 1)
    ]
    frame = pd.DataFrame(rows, columns=["user", "item", "rank", "label", "relevant"])
    frame["rank"] = frame["rank"].astype("Int32")
    beside = {
        "split": "s", "fold": 0, "score": 0.0, "judged": 3, "history": 9, "catalogue": 20,
        "value": np.nan, "novelty": 2.0, "popularity_bias": 0.25, "diversity": 0.5,
    }  # fmt: skip
    return frame.assign(**beside, **columns)


def measured(rows: pd.DataFrame) -> dict[str, float]:
    return scores.fold_score(rows, protocol())


def test_a_fixture_worked_by_hand() -> None:
    """User 1 finds 2 of 3 at ranks 1 and 4, user 2 none of 2, user 3 fills all 5 places."""
    log2 = math.log2
    ideal = {n: sum(1 / log2(place + 1) for place in range(1, n + 1)) for n in (2, 3, 5)}
    expected = {
        "ndcg@5": ((1 + 1 / log2(5)) / ideal[3] + 0 + 1) / 3,
        "map@5": ((1 / 1 + 2 / 4) / 3 + 0 + 5 / 6) / 3,
        "precision@5": (2 / 5 + 0 + 1) / 3,
        "recall@5": (2 / 3 + 0 + 5 / 6) / 3,
        "hit_rate@5": 2 / 3,
        "mrr@5": 2 / 3,
        "coverage@5": 10 / 20,
        "novelty@5": 2.0,
        "popularity_bias@5": 0.25,
        "diversity@5": 0.5,
    }
    found = measured(joined())
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-12), name


def test_the_order_of_the_rows_says_nothing() -> None:
    turned = joined().sample(frac=1, random_state=3)
    assert measured(turned) == pytest.approx(measured(joined()), abs=1e-15)


def test_a_user_who_is_not_served_counts_as_nothing_found() -> None:
    found = measured(joined().assign(judged=6))
    whole = measured(joined())
    assert found["ndcg@5"] == pytest.approx(whole["ndcg@5"] / 2, abs=1e-12)
    assert found["novelty@5"] == 2.0, "of lists that were shown"


def test_a_list_that_is_too_short_is_divided_by_k_all_the_same() -> None:
    short = joined()[lambda rows: rows["rank"] == 1]
    assert measured(short)["precision@5"] == pytest.approx(2 / 3 / 5, abs=1e-12)


def test_errors_of_values_are_over_all_of_them_and_not_over_users() -> None:
    asked = (
        joined()
        .iloc[:3]
        .assign(
            rank=pd.array([pd.NA] * 3, dtype="Int32"),
            user=[1, 1, 2],
            score=[3.0, 4.0, 2.0],
            value=[5.0, 4.0, 3.0],
        )
    )
    found = measured(pd.concat([joined(), asked], ignore_index=True))
    assert found["rmse"] == pytest.approx(math.sqrt((4 + 0 + 1) / 3), abs=1e-12)
    assert found["mae"] == pytest.approx(1.0, abs=1e-12)
    assert found["ndcg@5"] == pytest.approx(measured(joined())["ndcg@5"], abs=1e-15)
    alone = measured(asked)
    assert set(alone) == {"rmse", "mae"}


DATA = log()


def evidence(seed: int = 0) -> pd.DataFrame:
    """Random rankings for every split, some users left out."""
    random = np.random.default_rng(seed)
    parts = []
    for trial in trials.trials(DATA, protocol(), 0):
        if trial.eval_view is None:
            continue
        tables = trial.eval_view.data.tables
        for user in tables["users"]["user"][:-1]:
            had = tables["interactions"].query("user == @user")["item"]
            free = np.setdiff1d(tables["items"]["item"], had)
            items = random.permutation(free)[:20]
            parts.append(
                pd.DataFrame(
                    {
                        "unit_id": user,
                        "user": user,
                        "item": items,
                        "rank": pd.array(range(1, len(items) + 1), dtype="Int32"),
                        "score": -np.arange(len(items), dtype=float),
                        "z": np.float32(0),
                        "split": trial.split,
                        "fold": trial.fold,
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


EVIDENCE = evidence()
JOINED = scores.join(EVIDENCE, DATA, protocol())


def truth(data: Dataset, split: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    cut = Log(data).cut(protocol(), split)
    rows = data.tables["interactions"]
    return rows.iloc[cut.fit], rows.iloc[cut.judged]


@pytest.mark.curriculum("A03")
@pytest.mark.parametrize(
    "split", ["stratified", "global_time_warm", "global_time_cold", "next_item"]
)
def test_metrics_are_those_of_a_literal_implementation(split: str) -> None:
    fitted, judged = truth(DATA, split)
    taken = judged.groupby("user")["item"].agg(set)
    told = scores.score(JOINED, protocol(), 0)[split]
    items = DATA.tables["items"]
    kinds = {i: set(c.split("|")) for i, c in zip(items["item"], items["category"], strict=True)}
    share = fitted.groupby("item")["user"].nunique() / fitted["user"].nunique()
    by_fold: dict[str, list[float]] = {}
    mine = EVIDENCE[EVIDENCE["split"] == split]
    for _, fold in mine.groupby("fold"):
        lists = {u: of.sort_values("rank")["item"].tolist() for u, of in fold.groupby("user")}
        found: dict[str, list[float]] = {}
        for user, relevant in taken.items():
            for name, value in literal.of_user(lists.get(user, []), relevant, 5).items():
                found.setdefault(name, []).append(value)
        for shown in lists.values():
            popular = [share.get(item, 0.0) for item in shown[:5]]
            novel = [-math.log2(max(one, 1 / len(DATA.tables["users"]))) for one in popular]
            found.setdefault("popularity_bias@5", []).append(float(np.mean(popular)))
            found.setdefault("novelty@5", []).append(float(np.mean(novel)))
            found.setdefault("diversity@5", []).append(literal.diversity(shown, kinds, 5))
        found["coverage@5"] = [
            len({item for one in lists.values() for item in one[:5]}) / fitted["item"].nunique()
        ]
        for name, values in found.items():
            by_fold.setdefault(name, []).append(float(np.mean(values)))
    assert set(told) == set(by_fold)
    for name, values in by_fold.items():
        assert told[name].mean == pytest.approx(np.mean(values), abs=1e-12), name
        assert told[name].n == len(values)
        assert told[name].low <= told[name].mean <= told[name].high, name


def test_intervals_are_those_of_users_drawn_again() -> None:
    told = scores.score(JOINED, protocol(bootstrap=4000), 0)["global_time_warm"]["ndcg@5"]
    _, judged = truth(DATA, "global_time_warm")
    lists = EVIDENCE[EVIDENCE["split"] == "global_time_warm"].groupby("user")["item"].agg(list)
    values = np.array(
        [
            literal.ndcg(lists.get(user, []), set(mine["item"]), 5)
            for user, mine in judged.groupby("user")
        ]
    )
    random = np.random.default_rng(9)
    means = values[random.integers(0, len(values), (20_000, len(values)))].mean(axis=1)
    assert [told.low, told.high] == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.01)
    assert told.unit == "user"


def test_an_interval_of_coverage_holds_its_mean() -> None:
    for estimates in scores.score(JOINED, protocol(), 0).values():
        one = estimates["coverage@5"]
        assert one.low <= one.mean <= one.high


def test_the_same_seed_gives_the_same_intervals() -> None:
    assert scores.score(JOINED, protocol(), 5) == scores.score(JOINED, protocol(), 5)


def test_joined_rows_are_as_deep_as_is_judged() -> None:
    assert JOINED["rank"].max() == 5
    assert {"user", "split", "fold", "rank", "item", "score", "label"} <= set(JOINED)


def test_without_categories_nothing_is_said_of_diversity() -> None:
    items = DATA.tables["items"].assign(category="")
    plain = Dataset({**DATA.tables, "items": items}, notes=DATA.notes)
    told = scores.score(scores.join(EVIDENCE, plain, protocol()), protocol(), 0)
    assert "diversity@5" not in told["stratified"]
    assert "novelty@5" in told["stratified"]


def test_evidence_of_items_that_are_not_there_is_refused() -> None:
    with pytest.raises(AssertionError, match="of users and items of the features"):
        scores.join(EVIDENCE.assign(item=-5), DATA, protocol())
