"""The graph as a user meets it: built, cached, touched, broken; by whole commands."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest
import yaml
from sklearn.metrics import average_precision_score, roc_auc_score

from tests.workspace import BASELINES, commit, run, write_payments


def stale(root: Path) -> set[str]:
    """The stages that `dvc repro` would run, by address."""
    return set(json.loads(run(root, "dvc", "status", "--json").stdout))


def outs(root: Path) -> dict[str, str]:
    lock = yaml.safe_load((root / "dvc.lock").read_text())
    return {out["path"]: out["md5"] for stage in lock["stages"].values() for out in stage["outs"]}


@pytest.mark.curriculum("O05", of="dvc.yaml")
def test_a_second_build_runs_nothing(built_workspace):
    said = run(built_workspace, "dvc", "repro").stdout
    assert "Running stage" not in said
    assert "up to date" in said


@pytest.mark.curriculum("O06", of="dvc.yaml")
def test_building_twice_by_force_gives_bit_identical_outputs_models_included(built_workspace):
    before = outs(built_workspace)
    run(built_workspace, "dvc", "repro", "--force", "--no-run-cache")
    assert outs(built_workspace) == before
    assert any(path.startswith("models/") for path in before)


def test_metrics_can_be_recomputed_from_the_predictions(built_workspace_source):
    report = built_workspace_source / "reports" / "fraud"
    metrics = json.loads((report / "metrics.json").read_text())
    assert {*BASELINES, "xgboost-all", "lstm", "blend", "stack"} == set(metrics)
    rows = pd.read_parquet(report / "predictions.parquet")
    assert {"row_id", "unit_id", "split", "fold", "candidate", "score", "label"} <= set(rows)
    for (candidate, split), group in rows.groupby(["candidate", "split"], observed=True):
        for metric, definition in (
            ("average_precision", average_precision_score),
            ("roc_auc", roc_auc_score),
        ):
            folds = [definition(f["label"], f["score"]) for _, f in group.groupby("fold")]
            estimate = metrics[candidate][split][metric]
            assert estimate["mean"] == pytest.approx(sum(folds) / len(folds), abs=1e-12)
            assert estimate["n"] == len(folds)
            assert estimate["low"] <= estimate["mean"] <= estimate["high"]


def test_training_writes_no_label(built_workspace_source):
    for evidence in (built_workspace_source / "models").glob("*/*/evidence.parquet"):
        assert set(pd.read_parquet(evidence)) == {"row_id", "unit_id", "split", "fold", "score"}


def test_nothing_that_a_model_reads_holds_the_scenario(built_workspace_source):
    data = built_workspace_source / "data" / "fraud"
    for folder in ("raw", "valid", "features"):
        for table in (data / folder).glob("*.parquet"):
            holds = "scenario" in pd.read_parquet(table)
            assert holds == (table.stem in ("scenarios", "slices")), table


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        ("features/windows.py", {"featurize@fraud", "featurize@creditcard"}),
        ("sources/tabular.py", {"ingest@fraud", "ingest@creditcard"}),
        ("models/classification/tree.py", {"train@fraud-tree", "train@fraud-tree-depth-2"}),
        (
            "tasks/classification/scores.py",
            {f"{stage}@{p}" for stage in ("ensemble", "evaluate") for p in ("fraud", "creditcard")},
        ),
    ],
)
def test_an_edit_of_an_imported_helper_makes_every_stage_that_runs_it_stale(
    built_workspace, edited, expected
):
    helper = built_workspace / "src" / "penstock" / edited
    helper.write_text(helper.read_text() + "\n# edited\n")
    assert stale(built_workspace) == expected


def test_an_edit_of_a_projects_file_leaves_every_other_project_alone(built_workspace):
    suite = built_workspace / "src" / "penstock" / "projects" / "creditcard" / "suite.py"
    suite.write_text(suite.read_text() + "\n# edited\n")
    touched = stale(built_workspace)
    assert touched
    assert not any("fraud" in address for address in touched)


@pytest.mark.curriculum("O04", of=("dvc.yaml", "src/penstock/effects/refresh.py"))
def test_a_csv_that_grew_reruns_exactly_its_project(built_workspace):
    write_payments(built_workspace / "data" / "inbox" / "payments.csv", rows=3200)
    assert stale(built_workspace) == set()
    said = run(built_workspace, "penstock", "refresh", "creditcard").stdout
    assert "creditcard" in said
    assert stale(built_workspace) == {"ingest@creditcard"}
    ran = run(built_workspace, "dvc", "repro").stdout
    assert "Running stage 'train@creditcard-xgboost'" in ran
    assert "fraud'" not in "".join(line for line in ran.splitlines() if "Running" in line)


def test_a_feed_can_be_followed_day_by_day(built_workspace):
    run(built_workspace, "penstock", "refresh", "fraud", "--as-of", "2018-05-12")
    said = run(built_workspace, "dvc", "repro", "evaluate@fraud").stdout
    valid = pd.read_parquet(built_workspace / "data/fraud/valid/transactions.parquet")
    day = valid["time"].dt.normalize()
    assert day.max() == pd.Timestamp("2018-05-12")
    assert valid.loc[day > pd.Timestamp("2018-05-06"), "label"].isna().all()
    assert valid.loc[day < pd.Timestamp("2018-05-05"), "label"].notna().all()
    # The leading split lies ahead of that day, so an earlier one leads.
    assert "is left out" in said
    metrics = json.loads((built_workspace / "reports/fraud/metrics.json").read_text())
    assert set(metrics["xgboost"]) == {"validation"}
    assert "Not judged yet" in (built_workspace / "reports/fraud/index.html").read_text()
    assert "“validation”" in run(built_workspace, "penstock", "leaderboard", "fraud").stdout


def test_a_stop_of_the_gate_runs_nothing_below_and_loses_nothing(built_workspace):
    inbox = built_workspace / "data" / "inbox" / "payments.csv"
    frame = pd.read_csv(inbox)
    frame.loc[7, "Amount"] = -1.0
    frame.assign(Class=1).to_csv(inbox, index=False)
    run(built_workspace, "penstock", "refresh", "creditcard")
    done = run(built_workspace, "dvc", "repro", check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    assert "label" in done.stderr.lower()
    assert "penstock refresh creditcard" in done.stderr
    evidence = list((built_workspace / ".penstock" / "gate" / "creditcard").iterdir())
    assert len(evidence) == 1
    assert (built_workspace / "models" / "creditcard" / "xgboost").is_dir()
    assert "Running stage 'featurize@creditcard'" not in done.stdout
    write_payments(inbox)
    run(built_workspace, "penstock", "refresh", "creditcard")
    assert "Running stage" not in run(built_workspace, "dvc", "repro").stdout.replace(
        "Running stage 'ingest@creditcard'", ""
    )


def test_a_candidate_listed_no_more_is_told_and_pruned(built_workspace):
    path = built_workspace / "params.yaml"
    params = yaml.safe_load(path.read_text())
    params["projects"]["creditcard"]["candidates"].remove("xgboost")
    params["projects"]["creditcard"]["ensembles"] = {}
    del params["candidates"]["creditcard-xgboost"]
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    done = run(built_workspace, "dvc", "repro", "evaluate@creditcard", check=False)
    assert done.returncode != 0
    assert "penstock prune creditcard" in done.stderr
    assert "xgboost" in run(built_workspace, "penstock", "prune", "creditcard").stdout
    run(built_workspace, "dvc", "repro", "evaluate@creditcard")


def test_a_second_clone_that_pulls_trains_nothing(built_workspace, tmp_path):
    run(built_workspace, "dvc", "remote", "add", "--default", "shelf", str(tmp_path / "shelf"))
    commit(built_workspace, "a remote")
    run(built_workspace, "dvc", "push", "--run-cache")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(built_workspace), str(clone)], check=True)
    write_payments(clone / "data" / "inbox" / "payments.csv")
    run(clone, "dvc", "pull")
    said = run(clone, "dvc", "repro").stdout
    assert "Running stage" not in said
    assert (clone / "reports" / "fraud" / "index.html").is_file()


def test_an_experiment_with_another_budget_changes_one_candidate(built_workspace):
    params = yaml.safe_load((built_workspace / "params.yaml").read_text())
    params["candidates"]["fraud-forest"] |= {
        "budget": "small",
        "budgets": {"small": {"max_samples": 0.2}, "full": {"max_samples": 1.0}},
    }
    (built_workspace / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    run(built_workspace, "dvc", "repro")
    commit(built_workspace, "budgets")
    said = run(
        built_workspace, "dvc", "exp", "run", "-S", "candidates.fraud-forest.budget=full"
    ).stdout
    ran = {line.split("'")[1] for line in said.splitlines() if line.startswith("Running stage")}
    assert "train@fraud-forest" in ran
    assert ran <= {"train@fraud-forest", "ensemble@fraud", "evaluate@fraud"}
    assert "average_precision" in run(built_workspace, "dvc", "metrics", "diff").stdout


def test_the_commands_a_user_compares_with_work(built_workspace):
    assert "evaluate@fraud" in run(built_workspace, "dvc", "dag").stdout
    assert "xgboost" in run(built_workspace, "dvc", "metrics", "show").stdout
    shown = run(built_workspace, "dvc", "plots", "diff", "HEAD", "--out", "shown").stdout
    assert "index.html" in shown
