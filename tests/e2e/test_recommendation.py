"""The user's own log of interactions through the whole graph: three files in, a report out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from penstock.core.config import load_params
from penstock.core.dataset import load
from penstock.stages.train import Training
from tests.miniatures.overlay import HERE
from tests.reference import literal_ranking as literal
from tests.workspace import ROOT, run

PROJECT = "recommendation"
SPLITS = {"stratified", "global_time_warm", "global_time_cold", "next_item"}


def metrics(root: Path) -> Any:
    return json.loads((root / "reports" / PROJECT / "metrics.json").read_text())


def test_the_graph_is_the_repositorys_and_is_clean(shop: Path) -> None:
    assert (shop / "dvc.yaml").read_bytes() == (ROOT / "dvc.yaml").read_bytes()
    assert "clean" in run(shop, "python", "-m", "penstock.cli", "lint").stdout


def test_a_second_build_runs_nothing(shop: Path) -> None:
    assert json.loads(run(shop, "dvc", "status", "--json").stdout) == {}


def test_every_candidate_is_judged_on_every_split_that_it_serves(shop: Path) -> None:
    found = {name: set(splits) for name, splits in metrics(shop).items()}
    warm = SPLITS - {"global_time_cold"}
    assert found == {"popularity": SPLITS, "item-knn": warm, "ease": warm, "blend": warm}
    assert metrics(shop)["ease"]["next_item"]["ndcg@5"]["n"] == 2


def test_anybody_can_recompute_the_metrics_from_the_evidence(shop: Path) -> None:
    """From ranked.parquet and the valid log alone, one user at a time."""
    log = pd.read_parquet(shop / "data" / PROJECT / "valid" / "interactions.parquet")
    log[["user", "item"]] = log[["user", "item"]].astype("int64")
    last = log.sort_values(["time", "item"]).groupby("user").tail(1)
    time = np.sort(log["time"].to_numpy())[round(0.75 * len(log))]
    early, late = log[log["time"] < time], log[log["time"] >= time]
    warm = late["user"].isin(early["user"])
    drawn = log.assign(drawn=np.random.RandomState(42).rand(len(log)))
    place = drawn.sort_values("drawn").groupby("item").cumcount().sort_index()
    fitted = place < (log.groupby("item")["user"].transform("size") * 0.75).round()
    taken = {
        "next_item": last,
        "global_time_warm": late[warm],
        "global_time_cold": late[~warm],
        "stratified": log[~fitted],
    }
    ranked = pd.read_parquet(shop / "reports" / PROJECT / "ranked.parquet")
    told = metrics(shop)
    for (name, split), rows in ranked.groupby(["candidate", "split"], observed=True):
        relevant = taken[str(split)].groupby("user")["item"].agg(set)
        found: dict[str, list[float]] = {}
        for _, fold in rows.groupby("fold"):
            lists = {u: of.sort_values("rank")["item"].tolist() for u, of in fold.groupby("user")}
            assert set(lists) <= set(relevant.index)
            for user, wanted in relevant.items():
                for metric, value in literal.of_user(lists.get(user, []), wanted, 5).items():
                    found.setdefault(metric, []).append(value)
        for metric, values in found.items():
            mean = told[name][split][metric]["mean"]
            assert mean == pytest.approx(np.mean(values), abs=1e-12), (name, split, metric)
    assert {"user", "candidate", "split", "fold", "rank", "item", "score"} <= set(ranked)


def test_training_writes_no_truth(shop: Path) -> None:
    files = list((shop / "models" / PROJECT).glob("*/evidence.parquet"))
    assert len(files) == 3
    for file in files:
        assert not set(pd.read_parquet(file)) & {"label", "relevant", "value"}


def test_what_learns_tastes_beats_what_all_take(shop: Path) -> None:
    told = metrics(shop)
    for name in ("item-knn", "ease", "blend"):
        for split in ("stratified", "next_item"):
            ahead = (
                told[name][split]["ndcg@5"]["mean"] / told["popularity"][split]["ndcg@5"]["mean"]
            )
            assert ahead > 1.1, (name, split)


def test_the_page_lays_the_protocols_side_by_side_and_shows_lists_with_titles(shop: Path) -> None:
    page = (shop / "reports" / PROJECT / "index.html").read_text()
    for words in ("protocol beside protocol", "Accuracy against coverage", "Cold start", *SPLITS):
        assert words in page
    assert page.count("What user ") == 3
    assert "Film " in page and "✓" in page
    plots = {file.stem for file in (shop / "reports" / PROJECT / "plots").glob("*.csv")}
    assert plots == {"accuracy_coverage", "recall", "cold_start"}


def test_a_model_ranks_as_it_did_before_it_was_saved(shop: Path) -> None:
    again = str(HERE / "score_again.py")
    same = json.loads(run(shop, "python", again).stdout.splitlines()[-1])
    assert len(same) == 3 and all(same.values()), same


@pytest.mark.parametrize(("seeded", "fits"), [(False, 1), (True, 2)])
def test_seeds_share_a_fit_that_draws_nothing(
    shop: Path, monkeypatch: pytest.MonkeyPatch, seeded: bool, fits: int
) -> None:
    training = Training(shop, load_params(shop), f"{PROJECT}-ease")
    monkeypatch.setattr(training.kind, "seeded", seeded)
    dataset = load(training.features)
    for trial in training.task.folds(dataset, training.protocol, 0, "next_item"):
        training.run(trial)
    assert len(training.evidence) == 2
    assert len(training.fitted) == fits


def test_a_candidate_may_be_judged_on_some_splits_only(
    shop: Path, copy_of: Callable[[Path], Path]
) -> None:
    root = copy_of(shop)
    params = yaml.safe_load((root / "params.yaml").read_text())
    params["projects"][PROJECT]["ensembles"] = {}
    for only, status in (["next_itm"], 1), (["next_item"], 0):
        params["candidates"][f"{PROJECT}-ease"]["only"] = only
        (root / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
        done = run(root, "python", "-m", "penstock.cli", "lint", check=False)
        assert done.returncode == status
        assert status == 0 or "did you mean 'next_item'" in done.stdout + done.stderr
    for stage in (f"train {PROJECT}-ease", f"ensemble {PROJECT}", f"evaluate {PROJECT}"):
        name, key = stage.split()
        run(root, "python", "-m", f"penstock.stages.{name}", key)
    assert set(metrics(root)["ease"]) == {"next_item"}
    board = run(root, "python", "-m", "penstock.cli", "leaderboard", PROJECT).stdout
    assert "not judged on “stratified”: ease" in board
    assert "ease" in (root / "reports" / PROJECT / "index.html").read_text()


def test_settings_are_tried_on_a_split_kept_for_it_and_on_no_other(
    shop: Path, tmp_path: Path
) -> None:
    for part in ("src", "dvc.yaml", "data", "models", "ensembles", "reports"):
        (tmp_path / part).symlink_to(shop / part)
    params = yaml.safe_load((shop / "params.yaml").read_text())
    space = {"l2": {"float": [1.0, 100.0], "log": True}}
    sweep = {"split": "stratified", "trials": 2, "space": space}
    for split, clean in (("validation", True), ("stratified", False)):
        params["sweeps"] = {f"{PROJECT}-ease": sweep | {"split": split}}
        (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
        done = run(tmp_path, "python", "-m", "penstock.cli", "lint", check=False)
        assert (done.returncode == 0) is clean, done.stdout + done.stderr
