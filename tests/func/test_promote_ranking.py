"""Promotion of rankings, in a shop that grows: real stages, models and a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from penstock.core.config import load_params
from penstock.core.errors import ParamsError
from penstock.effects.champions import Store
from penstock.effects.promote import NoTerms, promote
from penstock.effects.provenance.rows import UnknownRow
from penstock.effects.provenance.walk import Walk
from tests.shop_workspace import ShopWorkspace
from tests.workspace import run

FIRST, CROWNED, BEATEN, LATER = "2024-01-30", "2024-02-06", "2024-02-16", "2024-02-27"
GUARDS = {"coverage": {}, "popularity": {}, "latency": {"ratio": 1000.0}}


@pytest.fixture
def work(tmp_path: Path) -> ShopWorkspace:
    return ShopWorkspace(tmp_path / "work")


def crown(work: ShopWorkspace) -> None:
    """A first champion that shows everybody the same; one that knows tastes waits."""
    work.night(FIRST, model="popularity")
    work.night(CROWNED)
    work.night("2024-02-09", model="ease", params={"l2": 30.0})


def test_a_first_champion_waits_for_the_day_that_is_named_and_needs_the_floor(work) -> None:
    told = work.night(FIRST, model="popularity")
    assert (told["outcome"], told["champion"]) == ("waiting", None)
    assert told["decision"]["window"]["opens"] == CROWNED
    assert f"it can be judged from {CROWNED} on." in told["says"]
    assert work.night("2024-02-05")["outcome"] == "waiting"
    judged = work.night(CROWNED)
    assert judged["outcome"] == "promoted"
    assert work.champion() == told["decision"]["challenger"]["key"]
    days = judged["decision"]["window"]
    assert (days["from"], days["to"]) == ("2024-01-31", CROWNED)
    assert judged["decision"]["judged"]["unit"] == "user"
    assert judged["says"].endswith("users, 2024-01-31 to 2024-02-06.")


def test_below_the_floor_nobody_becomes_champion(work) -> None:
    work.params["promotion"]["recommendation"]["floor"] = 0.9
    work.night(FIRST, model="popularity")
    told = work.night(CROWNED)
    assert told["outcome"] == "refused"
    assert "does not reach the floor 0.9" in told["says"]
    assert work.champion() is None


def test_who_ranks_better_on_days_neither_has_seen_takes_over_and_who_ranks_worse_does_not(
    work,
) -> None:
    work.params["promotion"]["recommendation"]["guards"] = GUARDS
    crown(work)
    told = work.night(BEATEN)
    decision = told["decision"]
    assert told["outcome"] == "promoted", told["says"]
    assert decision["judged"]["primary"]["low"] > 0
    seen = max(decision[who]["trained_through"][:10] for who in ("champion", "challenger"))
    assert decision["window"]["from"] == str((pd.Timestamp(seen) + pd.Timedelta(days=1)).date())
    guards = [one["name"].partition(", ms")[0] for one in decision["judged"]["guards"]]
    latency = ["latency of one user", "latency of up to 1,000 users"]
    assert guards == ["coverage", "popularity bias", *latency]
    assert "nDCG@5" in Path(told["page"]).read_text()
    work.night("2024-02-20", model="popularity", params={})
    told = work.night(LATER)
    assert told["outcome"] == "refused"
    failed = [g["name"] for g in told["decision"]["judged"]["guards"] if g["verdict"] == "failed"]
    assert failed == ["coverage", "popularity bias"]
    assert work.champion() == decision["challenger"]["key"]


def test_asked_again_the_decision_is_the_same(work) -> None:
    crown(work)
    first = work.night(BEATEN)
    again = promote(work.root, work.write_params(), "recommendation")
    assert (again["created"], again["decision"]) == (False, first["decision"])


def test_a_catalogue_and_users_that_grew_are_ranked_by_a_champion_that_never_met_them(work) -> None:
    crown(work)
    told = work.night(BEATEN)
    champion = told["decision"]["champion"]
    folder = Store.open(work.root).fetch("recommendation", champion["key"])
    features = work.root / "data/recommendation/features"
    for table, name in (("users", "user"), ("items", "item")):
        met = pd.read_parquet(folder / "model" / f"{table}.parquet")["id"]
        assert set(met) < set(pd.read_parquet(features / f"{table}.parquet")[name])
    assert told["decision"]["judged"]["primary"]["champion"] > 0


def test_a_pinned_log_waits_for_a_day_that_never_comes_and_says_what_to_do(work) -> None:
    record = work.root / "data/sources/recommendation.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"project": "recommendation", "mode": "pinned"}))
    told = work.night(FIRST, model="popularity")
    assert told["outcome"] == "waiting"
    assert "yet the source is pinned and never gets there: point projects.rec" in told["says"]
    assert "penstock refresh recommendation" in told["says"]


def test_terms_that_do_not_fit_the_protocol_and_missing_ones_are_told(work) -> None:
    terms = work.params["promotion"]["recommendation"]
    terms["metric"] = "ndcg@10"
    with pytest.raises(ParamsError, match=r"recommendation\.metric: found 'ndcg@10'; .*'ndcg@5'"):
        work.night(FIRST)
    work.params["promotion"] = {}
    with pytest.raises(NoTerms, match=r"recommendation: \{metric: ndcg@5, "):
        promote(work.root, work.write_params(), "recommendation")


def test_a_users_lists_lead_back_to_the_source(work) -> None:
    work.build(FIRST, model="ease")
    frame = pd.read_parquet(work.root / "reports/recommendation/predictions.parquet")
    mine = frame[frame["user"] == frame["user"].iloc[0]].sort_values("rank")
    walk = Walk(work.root, load_params(work.root), "recommendation")
    hop = walk.prediction(str(mine["user"].iloc[0]))
    assert hop.name.startswith(f"user {mine['user'].iloc[0]} of reports/recommendation/")
    (candidate,) = hop.made_from
    stars = [f"{i}{'*' if hit else ''}" for i, hit in zip(mine["item"], mine["label"], strict=True)]
    items = ", ".join(stars)
    assert candidate.says.startswith(f"stratified fold 0: items {items}, key ")
    assert [row["item"] for row in candidate.facts["rows"]] == mine["item"].tolist()
    assert candidate.made_from[0].what == "training"
    with pytest.raises(UnknownRow, match=r"no user '7000'; it holds \d+ users, ids \d+ to \d+"):
        walk.prediction("7000")
    with pytest.raises(UnknownRow, match=r"no user 'x'; expected a number[\s\S]*fix: give a user"):
        walk.prediction("x")


def test_the_commands_print_decision_and_lineage(work) -> None:
    work.build(FIRST)
    told = run(work.root, "penstock", "promote", "recommendation").stdout
    assert told.startswith("recommendation: waiting: shown")
    frame = pd.read_parquet(work.root / "reports/recommendation/predictions.parquet")
    user = str(frame["user"].iloc[0])
    lineage = ["penstock", "lineage", "recommendation", "--prediction", user]
    assert f"user {user} of" in run(work.root, *lineage).stdout
    found = json.loads(run(work.root, *lineage, "--json").stdout, parse_constant=pytest.fail)
    assert found["what"] == "prediction"
