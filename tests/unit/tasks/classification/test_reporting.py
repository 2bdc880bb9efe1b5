"""The report of a classification project: its charts, tables, notes and what its card says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.tasks.classification.scores import decisions, fold_score, join, report, score
from tests.unit.tasks.classification.judged import SPLITS, judged, protocol

ASKED = protocol(calibration="isotonic", decision={"alerts_a_day": 20.0}, daily_top=10)
ROLES = {"id": "row_id", "time": "time", "target": "label", "amount": "amount", "entity": "card"}


def case(asked=ASKED, **columns):
    """Two candidates judged on all splits, and the dataset their rows are of."""
    rows = judged(3000)
    features = pd.DataFrame(
        {"row_id": rows["row_id"], "time": rows["day"], "card": rows["unit_id"]}
        | {"amount": rows["amount"]}
    )
    labels = rows[["row_id", "label"]]
    sliced = pd.DataFrame({"row_id": rows["row_id"], "half": np.arange(len(rows)) % 2})
    notes = {"signature": Signature((Input("amount"),), ROLES).to_notes()}
    notes |= {"currency": {"code": "EUR", "minor_units": 2}}
    data = Dataset({"features": features, "labels": labels, "slices": sliced}, notes=notes)
    evidence = rows[["row_id", "unit_id", "split", "fold", "score"]]
    noise = np.random.default_rng(1).normal(0, 0.2, len(rows))
    worse = evidence.assign(score=np.clip(evidence["score"] + noise, 0, 1))
    kept = evidence["split"].isin(list(asked.splits))
    predictions = {
        name: join(one[kept], data, asked) for name, one in (("worse", worse), ("best", evidence))
    }
    return predictions, data


def test_evidence_is_joined_with_label_day_amount_and_what_is_decided():
    predictions, data = case()
    added = ["label", "day", "amount", "probability", "alert"]
    assert [*predictions["best"]][-5:] == added
    first = join(predictions["best"][["row_id", "unit_id", "score"]], data, ASKED)
    assert [*first][-3:] == added[:3]


def test_a_fold_by_itself_is_joined_without_a_decision():
    predictions, data = case()
    evidence = predictions["best"][["row_id", "unit_id", "split", "fold", "score"]]
    alone = evidence[(evidence["split"] == "validation") & (evidence["fold"] == 0)]
    joined = join(alone, data, ASKED)
    assert "alert" not in joined
    assert fold_score(joined, ASKED)["average_precision"] > 0


def test_decisions_are_those_of_the_leading_split_for_every_candidate():
    predictions, data = case()
    found = decisions(predictions, data, ASKED)
    assert set(found) == {"worse", "best"}
    one = found["best"]
    assert set(one) == {"chosen_on", "n", "positives", "calibration", "rule", "threshold"}
    rows = predictions["best"]
    assert (rows["alert"] == (rows["score"] >= one["threshold"])).all()


def test_splits_that_are_chosen_for_otherwise_have_their_decisions_beside():
    month = {**SPLITS["test"], "train_days": 28}
    asked = protocol(splits={"validation": SPLITS["validation"], "test": SPLITS["test"],
                             "validation_28d": month, "test_28d": month})  # fmt: skip
    rows = judged(1000, splits=tuple(asked.splits)).drop(columns="day")
    features = pd.DataFrame({"row_id": rows["row_id"], "time": 0.0, "x": 1.0})
    notes = {"signature": Signature((Input("x"),), ROLES | {"amount": "x"}).to_notes()}
    data = Dataset({"features": features, "labels": rows[["row_id", "label"]]}, notes=notes)
    joined = join(rows.drop(columns=["label", "amount"]), data, asked)
    found = decisions({"one": joined}, data, asked)["one"]
    assert found["chosen_on"] == "validation"
    assert {split: one["chosen_on"] for split, one in found["elsewhere"].items()} == {
        "test_28d": "validation_28d"
    }


def test_the_report_shows_both_calibrations_the_folds_and_the_slices_of_the_leader():
    found = report(*case(), ASKED, {})
    names = [chart.name for chart in found.charts]
    assert names == ["pr", "roc", "calibration", "calibration_after", "card_precision_by_day",
                     "stability"]  # fmt: skip
    titles = [grid.title for grid in found.grids]
    assert titles[1:] == ["Stability over the folds", "Where it is strong and where it is weak"]
    assert found.grids[2].caption.startswith("best, folds pooled")
    assert {len(row) for grid in found.grids for row in grid.rows} >= {6}
    for grid in found.grids:
        assert {len(row) for row in grid.rows} == {len(grid.columns)}
    assert found.tables["Decisions"]["saved_a_day"] == "Saved a day, EUR"


def test_every_metric_of_the_tables_apart_is_one_that_scores_may_have():
    predictions, data = case()
    known = set(score(predictions["best"], ASKED, seed=0)["test"])
    tables = report(predictions, data, ASKED, {}).tables
    told = {metric for metrics in tables.values() for metric in metrics}
    assert told - known == {"alert_share", "saved"}  # of rows without a calendar


def test_the_confusion_counts_the_judged_rows():
    predictions, data = case()
    grid = report(predictions, data, ASKED, {}).grids[0]
    for name, _, *counts in grid.rows:
        rows = predictions[name][predictions[name]["split"] == "test"]
        found, false, missed, passed = (int(cell.replace(",", "")) for cell in counts)
        assert found + false == rows["alert"].sum()
        assert found + missed == rows["label"].sum()
        assert found + false + missed + passed == len(rows)


def test_the_folds_are_told_one_by_one():
    predictions, data = case()
    grid = report(predictions, data, ASKED, {}).grids[1]
    rows = predictions["best"]
    first = rows[(rows["split"] == "test") & (rows["fold"] == 0)]
    place = grid.columns.index(str(first["day"].min())[:10])
    line = next(row for row in grid.rows if row[0] == "best")
    assert line[place] == f"{fold_score(first, ASKED)['average_precision']:.3f}"


def test_the_card_says_what_it_is_for_how_it_decides_and_where_it_is_weak():
    found = dict(report(*case(), ASKED, {}).card)
    assert "the chance that a row's “label” is 1" in found["Intended use"].lower() or (
        "chance that a row's “label” is 1" in found["Intended use"]
    )
    assert "7 days, then 7 days until their labels are known" in found["Training window"]
    assert "20 alerts a day on “validation”" in found["Decision rule"]
    assert "isotonic calibration on “validation”" in found["Probabilities"]
    assert found["Weakest slices"].startswith("half ")
    assert "The budget of 20 alerts a day holds on average where it was chosen" in found["Limits"]


def test_a_project_without_a_choosing_split_says_that_nothing_was_calibrated():
    asked = protocol(calibration="isotonic", splits={"test": SPLITS["test"]})
    predictions, data = case(asked)
    found = report(predictions, data, asked, {})
    assert any("nothing to learn their calibration from" in note for note in found.notes)
    assert "probability" not in predictions["best"]
    assert [chart.name for chart in found.charts if "calib" in chart.name] == ["calibration"]
    assert decisions(predictions, data, asked) == {}
    assert "0.5, since there is no split to choose it on" in found.grids[0].caption
    assert "No threshold was chosen" in dict(found.card)["Limits"]


def test_a_candidate_that_was_not_judged_on_the_leading_split_is_left_out_of_its_charts():
    predictions, data = case()
    other = predictions["worse"]
    predictions["worse"] = other[other["split"] == "validation"]
    found = report(predictions, data, ASKED, {})
    assert all([*chart.series] == ["best"] for chart in found.charts)


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ({"review": 5.0}, "a review costs 5, a miss 100 % of its amount"),
        ({"review": 1.5, "loss_share": 0.5, "loss_fixed": 20.0, "false_alarm": 3.0},
         "a review costs 1.5, a miss 50 % of its amount and 20, a false alarm 3"),
    ],
)  # fmt: skip
def test_costs_are_told_in_words(costs, said):
    asked = protocol(calibration="isotonic", decision={"costs": costs})
    found = report(*case(asked), asked, {})
    assert said in dict(found.card)["Decision rule"]
    assert "the money that is expected to save" in found.grids[0].caption
