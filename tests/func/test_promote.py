"""Promotion on real stages, models and a real store: who is judged, when, and on what."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from penstock.core.dataset import load, save
from penstock.core.errors import ParamsError, UnknownName
from penstock.core.files import read_json, write_json
from penstock.effects.champions import Store
from penstock.effects.promote import NoTerms, promote
from penstock.effects.rollback import rollback
from penstock.lineage import NotAsLocked, NotBuilt
from penstock.models.classification.xgboost import XGBoostClassifier
from penstock.scoring.inputs import InputsGone
from penstock.scoring.onnx_trees import write_trees
from penstock.stages.evaluate import evaluate
from penstock.stages.train import train
from penstock.tasks.later import NoLaterUnits
from tests.promotion_workspace import (
    BEATEN,
    CROWNED,
    FIRST,
    LATER,
    SECOND,
    STRONG,
    TERMS,
    WEAK,
    Workspace,
    again,
    champion,
    crown,
    night,
)
from tests.unit.scoring.given_trees import stump
from tests.workspace import run


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work")


def store_files(work: Workspace) -> dict[str, tuple[int, bytes]]:
    """When each file of the store was written, and what it holds."""
    files = sorted((work.root / "champions").rglob("*"))
    return {str(f): (f.stat().st_mtime_ns, f.read_bytes()) for f in files if f.is_file()}


def test_a_challenger_waits_until_the_day_that_is_named_and_is_then_judged(work):
    told = night(work, FIRST)
    assert (told["outcome"], told["champion"]) == ("waiting", None)
    assert told["decision"]["window"]["opens"] == CROWNED
    assert "it can be judged from 2018-05-13 on" in told["says"]
    assert night(work, "2018-05-12")["outcome"] == "waiting"
    judged = night(work, CROWNED)
    assert judged["outcome"] == "promoted"
    assert judged["decision"]["challenger"]["key"] == told["decision"]["challenger"]["key"]
    assert champion(work) == told["decision"]["challenger"]["key"] == judged["champion"]


def test_asked_again_the_decision_is_the_same_and_nothing_is_written(work):
    for day in (FIRST, SECOND, CROWNED, BEATEN):
        first = night(work, day)
        before = store_files(work)
        second = again(work)
        assert (first["created"], second["created"]) == (True, False)
        assert second["decision"] == first["decision"]
        assert store_files(work) == before


def test_a_first_champion_needs_the_floor(work):
    work.params["promotion"]["fraud"]["floor"] = 0.9
    night(work, FIRST)
    told = night(work, CROWNED)
    assert told["outcome"] == "refused"
    assert "does not reach the floor 0.9" in told["says"]
    assert champion(work) is None


def test_a_better_challenger_takes_over_on_days_that_neither_has_seen(work):
    crowned = crown(work)
    told = night(work, BEATEN)
    decision = told["decision"]
    assert told["outcome"] == "promoted"
    assert decision["champion"] == crowned["decision"]["challenger"]
    # The challenger saw labels through April 26; a week later they were known.
    assert (decision["window"]["from"], decision["window"]["to"]) == ("2018-05-04", "2018-05-10")
    assert decision["judged"]["primary"]["low"] > 0
    pointer = Store.open(work.root).pointer("fraud")
    assert pointer.decision == decision["id"]
    assert pointer.previous == (decision["champion"]["key"],)


def test_a_challenger_older_than_the_champion_is_judged_after_what_the_champion_saw(work):
    night(work, SECOND, **WEAK)
    champion_now = night(work, "2018-05-18")["decision"]["challenger"]
    assert champion_now["trained_through"].startswith("2018-04-26")
    night(work, FIRST, **STRONG)  # somebody goes back in time
    decision = night(work, "2018-05-18")["decision"]
    assert decision["challenger"]["trained_through"].startswith("2018-04-22")
    assert decision["window"]["from"] == "2018-05-04"


def test_the_page_and_the_numbers_lie_in_the_store(work):
    told = crown(work)
    page = Path(told["page"])
    assert page.read_text().count("<svg") == 1
    assert read_json(page.with_suffix(".json")) == told["decision"]
    assert told["markdown"].startswith("# fraud · xgboost promoted")


def test_a_challenger_no_better_is_refused_once_and_not_looked_at_again(work):
    crown(work)
    night(work, BEATEN)  # the strong one wins
    told = night(work, LATER)  # one just as strong, of ten days later, does not
    assert told["outcome"] == "refused"
    refused = told["decision"]["challenger"]["key"]
    waiting = [one.key for one in Store.open(work.root).challengers("fraud")]
    assert refused not in waiting
    assert night(work, "2018-05-28")["decision"]["challenger"]["key"] != refused


def test_of_several_that_can_be_judged_the_newest_is_and_the_older_go(work):
    night(work, FIRST)
    night(work, SECOND)
    told = night(work, "2018-05-18")
    dropped = told["decision"]["dropped"]
    assert told["decision"]["challenger"]["trained_through"].startswith("2018-04-26")
    assert [one["trained_through"][:10] for one in dropped] == ["2018-04-22"]
    assert dropped[0]["why"].startswith("superseded by xgboost")
    left = Store.open(work.root).challengers("fraud")
    assert [one.trained_through[:10] for one in left] == ["2018-05-11"]


def test_a_model_that_was_rolled_back_does_not_come_back_by_itself(work):
    crown(work)
    bad = night(work, BEATEN)["champion"]
    rollback(work.root, "fraud")
    old = champion(work)
    assert old != bad
    told = again(work)
    assert told["champion"] == old
    assert f"decided before, at {told['decision']['at']}; the champion is xgboost" in told["says"]
    assert night(work, "2018-05-18")["champion"] == old
    # Not even when the very build that made it is promoted again, by other terms.
    work.params["promotion"]["fraud"]["margin"] = 0.01
    assert night(work, SECOND, **STRONG)["decision"]["nominee"]["key"] == bad
    assert bad not in [one.key for one in Store.open(work.root).challengers("fraud")]
    # The next one is judged against the champion that was restored.
    told = night(work, LATER)
    assert told["decision"]["champion"]["key"] == old
    assert told["decision"]["challenger"]["key"] != bad


def test_a_pointer_that_was_moved_away_lets_a_new_first_champion_come(work):
    crowned = crown(work)
    (work.root / "champions" / "fraud.json").unlink()
    told = again(work)
    assert (told["outcome"], told["champion"]) == ("waiting", None)
    told = night(work, BEATEN)
    assert "reaches the floor" in told["says"]
    assert told["champion"] not in (None, crowned["champion"])


def test_a_champion_is_scored_though_columns_were_added_and_moved(work):
    crown(work)
    work.inputs = ("night", "b", "a")
    assert night(work, BEATEN)["outcome"] == "promoted"


def test_a_champion_whose_columns_are_gone_is_one_clear_error(work):
    crown(work)
    work.inputs = ("b",)
    params = work.build(BEATEN)
    with pytest.raises(InputsGone, match=r"lack what it was fitted on: a, night[\s\S]*fix: bring"):
        promote(work.root, params, "fraud")
    assert champion(work) is not None


def test_a_challenger_whose_columns_are_gone_is_dropped_and_told(work):
    night(work, FIRST)
    work.inputs = ("a", "b")
    told = night(work, CROWNED)
    assert told["outcome"] == "waiting"
    (dropped,) = told["decision"]["dropped"]
    assert dropped["why"].endswith("the features lack what it was fitted on: night")


def test_a_better_challenger_that_is_far_slower_stays_out(work):
    crown(work)
    work.params["promotion"]["fraud"]["guards"] = {"latency": {"ratio": 0.01}}
    told = night(work, BEATEN)
    assert told["outcome"] == "refused"
    assert "lies above the margin 0, but it fails on: latency" in told["says"]
    names = [one["name"] for one in told["decision"]["judged"]["guards"]]
    assert names[0] == "ONNX against the model itself"
    assert names[1:] == ["latency of one row, ms", "latency of up to 1,000 rows, ms"]


def test_a_model_whose_onnx_tells_other_scores_is_refused_even_as_the_first(work, monkeypatch):
    def export(self: XGBoostClassifier, path: Path) -> None:
        write_trees(path, stump(), len(self.inputs))

    monkeypatch.setattr(XGBoostClassifier, "export", export)
    night(work, FIRST)
    told = night(work, CROWNED)
    assert told["outcome"] == "refused"
    assert "reaches the floor 0.05, but it fails on: ONNX against the model itself" in told["says"]
    assert champion(work) is None


def test_another_margin_is_another_question(work):
    crown(work)
    work.params["promotion"]["fraud"]["margin"] = 0.9
    told = night(work, BEATEN)
    assert (told["outcome"], told["champion"]) == ("refused", told["decision"]["champion"]["key"])


def test_the_candidate_that_params_name_challenges(work):
    work.params["promotion"]["fraud"]["candidate"] = "forest"
    with pytest.raises(ParamsError, match=r"promotion\.fraud\.candidate: no candidate 'forest'"):
        night(work, FIRST)
    work.params["promotion"]["fraud"]["candidate"] = "xgboost"
    assert again(work)["decision"]["nominee"]["candidate"] == "xgboost"


def test_the_leaderboards_first_challenges_and_ensembles_are_passed_over(work):
    work.build(FIRST)
    fraud, path = work.params["projects"]["fraud"], work.root / "reports/fraud/metrics.json"
    fraud["candidates"].append("stump")
    fraud["ensembles"] = {"blend": {"members": ["xgboost", "stump"]}}
    stump = {**work.params["candidates"]["fraud-xgboost"], "name": "stump"}
    work.params["candidates"]["fraud-stump"] = stump
    (found,) = read_json(path).values()

    def with_mean(mean: float) -> dict[str, Any]:
        return {"test": {**found["test"], "average_precision": {"mean": mean}}}

    scores = {"stump": with_mean(0.1), "xgboost": with_mean(0.5), "blend": with_mean(0.9)}
    write_json(path, scores)
    work.lock()
    assert again(work)["decision"]["nominee"]["candidate"] == "xgboost"
    write_json(path, {**scores, "stump": with_mean(0.7)})
    work.lock()
    with pytest.raises(NotBuilt, match="dvc repro train@fraud-stump"):
        again(work)


def test_a_project_without_terms_says_how_to_add_them(work):
    work.params["promotion"] = {}
    block = r"fraud: \{metric: average_precision, .*label_delay_days: 7\}\n"
    with pytest.raises(NoTerms, match=block):
        night(work, FIRST)
    with pytest.raises(UnknownName, match="did you mean 'fraud'"):
        promote(work.root, work.write_params(), "frad")


def test_a_feed_without_dates_is_refused_before_anything_is_kept(work):
    params = work.build(FIRST)
    data = load(work.root / "data/fraud/features")
    table = data.tables["features"]
    table["time"] = (table["time"] - table["time"].min()).dt.total_seconds()
    save(data, work.root / "data/fraud/features")
    protocol = work.params["projects"]["fraud"]["protocol"]
    del protocol["daily_top"]
    protocol["splits"] = {"test": {"kind": "time"}}
    params = work.write_params()
    train(work.root, params, "fraud-xgboost")
    evaluate(work.root, params, "fraud")
    work.lock()
    with pytest.raises(NoLaterUnits, match="promotion refused: the time column holds float64"):
        promote(work.root, params, "fraud")
    assert not (work.root / "champions").exists()


def test_a_build_whose_features_moved_on_is_told_to_be_built(work):
    params = work.build(FIRST)
    (work.root / "data/fraud/features/features.parquet").write_bytes(b"other")
    with pytest.raises(NotAsLocked, match="data/fraud/features"):
        promote(work.root, params, "fraud")


def test_the_store_may_lie_elsewhere(work, tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "PENSTOCK_CHAMPIONS", str(tmp_path / "shelf"))
    told = crown(work)
    assert told["page"].startswith(str(tmp_path / "shelf"))
    assert (tmp_path / "shelf" / "fraud.json").is_file()
    assert yaml.safe_load((tmp_path / "shelf" / "fraud.json").read_text())["key"] == champion(work)
    assert TERMS["floor"] == told["decision"]["settings"]["floor"]


def test_the_command_exits_with_0_on_any_decision_and_with_1_on_a_mistake(work):
    work.build(FIRST)
    told = run(work.root, "penstock", "promote", "fraud")
    assert told.stdout.startswith("fraud: waiting: xgboost")
    assert "champions/fraud/decisions/" in told.stdout
    assert "MLflow" not in told.stdout  # there is no champion that it could follow
    receipt = json.loads(run(work.root, "penstock", "promote", "fraud", "--json").stdout)
    assert (receipt["outcome"], receipt["created"]) == ("waiting", False)
    work.params["promotion"] = {}
    work.write_params()
    refused = run(work.root, "penstock", "promote", "fraud", check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "  fix: add to promotion in params.yaml" in refused.stderr
