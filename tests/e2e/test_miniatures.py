"""Three small projects that are no table of transactions, through the very same graph.

A ranking of items for users, images of digits, a bandit to act in: each adds files and a block of
params.yaml. The tests build all three in one checkout and look at what came out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from filelock import FileLock
from sklearn.metrics import accuracy_score, log_loss, ndcg_score

from penstock.core.dataset import load
from tests.miniatures.overlay import overlay
from tests.workspace import ROOT, checkout, commit, run

PROJECTS = {
    "toy_shop": {"popularity", "item-knn", "fused"},
    "toy_digits": {"centroid", "softmax", "both"},
    "toy_arms": {"epsilon-greedy", "ucb"},
}
SCORE_AGAIN = ROOT / "tests" / "miniatures" / "score_again.py"


@pytest.fixture(scope="session")
def miniatures(shared_folder: Path) -> Path:
    """A checkout with the three projects, built; nobody may change it."""
    root = shared_folder / "miniatures"
    with FileLock(f"{root}.lock"):
        if not (root / "dvc.lock").exists():
            projects = overlay(checkout(root))
            assert projects == list(PROJECTS)
            for project in projects:
                run(root, "python", "-m", "penstock.cli", "refresh", project)
            commit(root, "miniatures")
            run(root, "dvc", "repro")
            commit(root, "built")
    return root


def metrics(root: Path, project: str) -> Any:
    return json.loads((root / "reports" / project / "metrics.json").read_text())


def predictions(root: Path, project: str) -> Iterator[tuple[str, str, pd.DataFrame]]:
    rows = pd.read_parquet(root / "reports" / project / "predictions.parquet")
    for (candidate, split), group in rows.groupby(["candidate", "split"], observed=True):
        yield str(candidate), str(split), group


def outs(root: Path) -> dict[str, str]:
    lock = yaml.safe_load((root / "dvc.lock").read_text())
    return {o["path"]: o["md5"] for stage in lock["stages"].values() for o in stage["outs"]}


def test_the_graph_is_the_repositorys_and_is_clean(miniatures: Path) -> None:
    assert (miniatures / "dvc.yaml").read_bytes() == (ROOT / "dvc.yaml").read_bytes()
    assert "clean" in run(miniatures, "python", "-m", "penstock.cli", "lint").stdout


def test_all_six_stages_ran_for_every_project(miniatures: Path) -> None:
    built = set(yaml.safe_load((miniatures / "dvc.lock").read_text())["stages"])
    stages = ("ingest", "validate", "featurize", "ensemble", "evaluate")
    expected = {f"{stage}@{project}" for stage in stages for project in PROJECTS}
    candidates = yaml.safe_load((miniatures / "params.yaml").read_text())["candidates"]
    assert built == expected | {f"train@{key}" for key in candidates}


def test_a_second_build_of_the_miniatures_runs_nothing(miniatures: Path) -> None:
    assert json.loads(run(miniatures, "dvc", "status", "--json").stdout) == {}
    assert "Running stage" not in run(miniatures, "dvc", "repro").stdout


def test_building_the_miniatures_again_by_force_gives_the_same_bytes(
    miniatures: Path, copy_of: Callable[[Path], Path]
) -> None:
    again = copy_of(miniatures)
    run(again, "dvc", "repro", "--force", "--no-run-cache")
    assert outs(again) == outs(miniatures)


@pytest.mark.parametrize("project", PROJECTS)
def test_a_report_has_the_documented_parts(miniatures: Path, project: str) -> None:
    report = miniatures / "reports" / project
    found = metrics(miniatures, project)
    assert set(found) == PROJECTS[project]
    for splits in found.values():
        for estimates in splits.values():
            for one in estimates.values():
                assert set(one) == {"mean", "std", "n", "low", "high", "unit"}
                assert one["low"] <= one["mean"] <= one["high"]
    summary = json.loads((report / "summary.json").read_text())
    assert {name: set(splits) for name, splits in summary.items()} == {
        name: set(splits) for name, splits in found.items()
    }
    assert json.loads((report / "gate.json").read_text())["verdict"] == "passed"
    assert list((report / "plots").glob("*.csv"))
    page = (report / "index.html").read_text()
    assert all(name in page for name in PROJECTS[project])
    assert (report / "gate.html").is_file()


def test_ndcg_recall_and_hit_rate_follow_from_the_predictions(miniatures: Path) -> None:
    taken = pd.read_parquet(miniatures / "data/toy_shop/valid/interactions.parquet")
    taken = taken.sort_values(["time", "interaction"])
    items = np.sort(taken["item"].unique())
    for candidate, split, rows in predictions(miniatures, "toy_shop"):
        out = {"last": 1, "last_two": 2}[split]
        found: dict[str, list[float]] = {"ndcg@10": [], "recall@10": [], "hit_rate@10": []}
        for user, mine in rows.groupby("user"):
            history = taken.loc[taken["user"] == user, "item"]
            assert not set(mine["item"]) & set(history[:-out]), "shown what they have"
            assert mine["rank"].tolist() == list(range(1, 11))
            truth = np.isin(items, history[-out:])
            shown = np.zeros(len(items))
            shown[np.searchsorted(items, mine["item"])] = 1 / mine["rank"]
            found["ndcg@10"].append(ndcg_score([truth], [shown], k=10, ignore_ties=True))
            hits = len(set(mine["item"]) & set(history[-out:]))
            found["recall@10"].append(hits / out)
            found["hit_rate@10"].append(float(hits > 0))
        for metric, values in found.items():
            told = metrics(miniatures, "toy_shop")[candidate][split][metric]
            assert told["unit"] == "user"
            assert told["mean"] == pytest.approx(np.mean(values)), (candidate, split, metric)


def test_accuracy_and_log_loss_follow_from_the_predictions(miniatures: Path) -> None:
    for candidate, split, rows in predictions(miniatures, "toy_digits"):
        proba = [f"p{digit}" for digit in range(10)]
        folds = [fold for _, fold in rows.groupby("fold")]
        assert len(folds) == 3
        accuracy = [accuracy_score(f["label"], f[proba].to_numpy().argmax(1)) for f in folds]
        losses = [log_loss(f["label"], f[proba].to_numpy(), labels=range(10)) for f in folds]
        told = metrics(miniatures, "toy_digits")[candidate][split]
        assert told["accuracy"]["unit"] == "image"
        assert told["accuracy"]["mean"] == pytest.approx(np.mean(accuracy))
        assert told["accuracy"]["std"] == pytest.approx(np.std(accuracy, ddof=1))
        assert told["log_loss"]["mean"] == pytest.approx(np.mean(losses))


def test_reward_and_regret_follow_from_the_predictions(miniatures: Path) -> None:
    machine = json.loads((miniatures / "data/toy_arms/raw/environment.json").read_text())
    means = np.array([arm["mean"] for arm in machine["arms"]])
    for candidate, split, rows in predictions(miniatures, "toy_arms"):
        assert len(rows) == 3 * 20 * machine["horizon"]
        episodes = rows.groupby("unit_id")
        regret = episodes["action"].apply(lambda pulled: (means.max() - means[pulled]).sum())
        assert len(regret) == 3 * 20
        told = metrics(miniatures, "toy_arms")[candidate][split]
        assert told["regret"]["unit"] == "episode"
        assert told["regret"]["n"] == 3
        assert told["regret"]["mean"] == pytest.approx(regret.mean())
        assert told["mean_reward"]["mean"] == pytest.approx(rows["reward"].mean())


def test_what_was_learnt_beats_what_knows_nothing(miniatures: Path) -> None:
    shop, digits = metrics(miniatures, "toy_shop"), metrics(miniatures, "toy_digits")
    assert (
        shop["item-knn"]["last"]["ndcg@10"]["mean"] > shop["popularity"]["last"]["ndcg@10"]["mean"]
    )
    assert all(one["folds"]["accuracy"]["low"] > 0.8 for one in digits.values())
    for one in metrics(miniatures, "toy_arms").values():
        assert one["play"]["regret"]["high"] < 100 * (0.6 - 0.35) / 2, "as bad as a blind guess"


def test_training_writes_no_truth(miniatures: Path) -> None:
    files = list((miniatures / "models").glob("toy_*/*/evidence.parquet"))
    assert len(files) == 6
    for file in files:
        columns = set(pd.read_parquet(file))
        assert {"unit_id", "split", "fold"} <= columns
        assert not columns & {"label", "relevant", "regret"}


def test_a_quarantined_image_leaves_every_tensor(miniatures: Path) -> None:
    raw, valid = (load(miniatures / "data/toy_digits" / part) for part in ("raw", "valid"))
    readable = np.isfinite(raw.tensors["image"]).all(axis=(1, 2))
    assert (~readable).sum() == 2
    for name, tensor in raw.tensors.items():
        assert np.array_equal(valid.tensors[name], tensor[readable])
    gate = json.loads((miniatures / "reports/toy_digits/gate.json").read_text())
    assert gate["rows"]["image"] == {"raw": 500, "quarantined": 2, "valid": 498}
    assert gate["rows"]["label"] == gate["rows"]["image"]


def test_a_model_scores_as_it_did_before_it_was_saved(miniatures: Path) -> None:
    same = json.loads(run(miniatures, "python", str(SCORE_AGAIN)).stdout.splitlines()[-1])
    assert len(same) == 6
    assert all(same.values()), same


def test_an_ensemble_of_a_task_that_combines_nothing_is_told(
    miniatures: Path, tmp_path: Path
) -> None:
    for part in ("src", "dvc.yaml"):
        (tmp_path / part).symlink_to(miniatures / part)
    params = yaml.safe_load((miniatures / "params.yaml").read_text())
    params["projects"]["toy_arms"]["ensembles"] = {"two": {"members": ["ucb", "epsilon-greedy"]}}
    params["projects"]["toy_shop"]["ensembles"]["fused"]["method"] = "mean"
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
    done = run(tmp_path, "python", "-m", "penstock.cli", "lint", check=False)
    assert done.returncode == 1
    said = " ".join((done.stdout + done.stderr).split())
    assert "toy_arms.ensembles.two: task 'toy_bandit' makes no candidates of candidates" in said
    assert "toy_shop.ensembles.fused.method: unknown key" in said
