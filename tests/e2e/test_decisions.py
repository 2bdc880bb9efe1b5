"""A built project evaluated with a budget and with costs: its decisions, its figures, its page."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from penstock.tasks.classification.calibration import probability
from tests.browser import browser, faults
from tests.workspace import edit_params, run

COSTS = {"review": 2.0, "loss_share": 1.0, "loss_fixed": 5.0, "false_alarm": 1.0}


def evaluated(root: Path, **judging: object) -> Path:
    """The report of fraud judged by those settings."""
    projects = yaml.safe_load((root / "params.yaml").read_text())["projects"]
    projects["fraud"]["judging"] |= judging
    edit_params(root, projects=projects)
    run(root, "python", "-m", "penstock.stages.evaluate", "fraud")
    return root / "reports" / "fraud"


def read(report: Path) -> tuple[dict, dict, pd.DataFrame]:
    decisions, metrics = (
        json.loads((report / f"{name}.json").read_text()) for name in ("decisions", "metrics")
    )
    return decisions, metrics, pd.read_parquet(report / "predictions.parquet")


def test_what_serving_needs_gives_the_very_probabilities_and_alerts(built_workspace):
    report = evaluated(built_workspace, calibration="isotonic", decision={"alerts_a_day": 20})
    decisions, metrics, rows = read(report)
    assert set(decisions) == set(metrics)
    for name, decision in decisions.items():
        judged = rows[(rows["candidate"] == name) & (rows["split"] == "test")]
        told = probability(decision["calibration"], judged["score"].to_numpy())
        assert np.array_equal(told, judged["probability"])
        assert ((judged["score"] >= decision["threshold"]) == judged["alert"]).all()
        assert decision["chosen_on"] == "validation"


def test_what_alerts_save_can_be_recomputed_from_the_predictions(built_workspace):
    report = evaluated(built_workspace, calibration="beta", decision={"costs": COSTS})
    _, metrics, rows = read(report)
    loss = rows["amount"] + 5
    saved = rows["label"] * loss - 2 - (1 - rows["label"])
    expected = rows["probability"] * loss - 2 - (1 - rows["probability"])
    assert ((expected >= 0) == rows["alert"]).all()
    rows["saved"] = saved * rows["alert"]
    for (name, split), group in rows.groupby(["candidate", "split"], observed=True):
        folds = [fold["saved"].sum() / fold["day"].nunique() for _, fold in group.groupby("fold")]
        estimate = metrics[name][split]["saved_a_day"]
        assert estimate["mean"] == pytest.approx(np.mean(folds), rel=1e-9)


@browser
@pytest.mark.parametrize("project", ["fraud", "creditcard"])
def test_the_page_of_a_built_project_has_no_words_over_each_other(
    built_workspace_source, tmp_path, project
):
    page = built_workspace_source / "reports" / project / "index.html"
    for width in (700, 1200):
        assert faults(tmp_path, page.read_text(encoding="utf-8"), width) == []
