"""What is learnt on a choosing split: nothing from the judged rows, nothing from a row itself."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from penstock.core.errors import ParamsError
from penstock.tasks.classification.calibration import learn, probability
from penstock.tasks.classification.choosing import chosen_on, parts_of
from penstock.tasks.classification.decisions import NoAmount, decided, decisions_of
from tests.unit.tasks.classification.judged import SPLITS, WINDOW, judged, protocol

BUDGET = {"alerts_a_day": 20.0}
COSTS = {"costs": {"review": 5.0, "loss_share": 0.8, "loss_fixed": 15.0, "false_alarm": 2.0}}


def of(rows: pd.DataFrame, split: str) -> pd.DataFrame:
    return rows[rows["split"] == split]


def test_no_label_of_a_judged_row_changes_what_is_decided():
    rows = judged()
    flipped = rows.assign(label=rows["label"].where(rows["split"] != "test", 1 - rows["label"]))
    asked = protocol(calibration="isotonic", decision=BUDGET)
    made, again = decided(rows, asked), decided(flipped, asked)
    assert decisions_of(made) == decisions_of(again)
    for column in ("probability", "alert"):
        assert made[column].equals(again[column])


def test_the_label_of_a_row_changes_no_probability_of_its_own_part():
    rows = judged()
    inside = (rows["split"] == "validation") & (rows["fold"] == 0)
    flipped = rows.assign(label=rows["label"].where(~inside, 1 - rows["label"]))
    asked = protocol(calibration="isotonic")
    made, again = (decided(one, asked)["probability"] for one in (rows, flipped))
    assert made[inside].equals(again[inside])
    assert not made[~inside].equals(again[~inside])


def test_a_judged_row_that_the_choosing_split_holds_too_keeps_its_own_label_out():
    rows = judged()
    shared = of(rows, "test").index[:500]
    rows.loc[shared, "row_id"] = of(rows, "validation").iloc[:500]["row_id"].to_numpy()
    first = of(rows, "validation")
    without = first[first["fold"] == 1]
    learnt = learn("isotonic", without["score"].to_numpy(), without["label"].to_numpy())
    made = decided(rows, protocol(calibration="isotonic"))
    expected = probability(learnt, rows.loc[shared, "score"].to_numpy())
    assert made.loc[shared, "probability"].tolist() == expected.tolist()


def test_a_choosing_split_of_one_fold_is_parted_by_its_units():
    rows = of(judged(), "validation").assign(fold=0)
    part = parts_of(rows)
    assert len(np.unique(part)) == 5
    assert pd.Series(part).groupby(rows["unit_id"].to_numpy()).nunique().max() == 1


def test_a_row_in_two_folds_has_one_part():
    rows = pd.DataFrame({"row_id": [1, 2, 2, 3], "unit_id": 0, "fold": [3, 5, 3, 5]})
    assert parts_of(rows).tolist() == [0, 0, 0, 1]


def test_each_split_is_served_by_the_choosing_split_that_trains_as_long():
    month = {"train_days": 28, "starts": ["2018-07-04"]}
    asked = protocol(
        splits={**SPLITS, "validation_28d": {**WINDOW, **month}, "test_28d": {**WINDOW, **month}}
    )
    served = {split: chosen_on(asked, split) for split in asked.splits}
    assert served == {
        "validation": "validation",
        "test": "validation",
        "validation_28d": "validation_28d",
        "test_28d": "validation_28d",
    }


def test_without_a_choosing_split_nothing_is_decided():
    rows = of(judged(), "test")
    asked = protocol(calibration="isotonic", decision=BUDGET, splits={"test": SPLITS["test"]})
    assert decided(rows, asked).equals(rows)
    assert chosen_on(asked, "test") is None


def test_a_choosing_split_that_was_not_judged_decides_nothing():
    rows = of(judged(), "test")
    made = decided(rows, protocol(calibration="isotonic", decision=BUDGET))
    assert made[["probability", "alert"]].isna().all(axis=None)
    assert decisions_of(made) == {}


def test_the_budget_holds_where_it_was_chosen_and_one_more_score_would_break_it():
    made = decided(judged(), protocol(decision=BUDGET))
    chosen = of(made, "validation")
    days = len(chosen[["fold", "day"]].drop_duplicates())
    assert chosen["alert"].sum() == 20 * days
    threshold = decisions_of(made)["test"]["threshold"]
    assert (made["alert"] == (made["score"] >= threshold)).all()


@pytest.mark.parametrize(("score", "alerts"), [(0.5, 0), (0.0, 0)])
def test_scores_that_tie_at_the_budget_are_all_left_out(score, alerts):
    rows = judged(rows=600).assign(score=score)
    made = decided(rows, protocol(decision=BUDGET))
    assert made["alert"].sum() == alerts
    assert np.isfinite(decisions_of(made)["test"]["threshold"])


def test_a_budget_above_all_rows_alerts_every_one():
    made = decided(judged(rows=600), protocol(decision={"alerts_a_day": 1e6}))
    assert of(made, "validation")["alert"].all()


def test_with_costs_a_row_is_alerted_where_that_saves_money_on_average():
    made = decided(judged(), protocol(calibration="isotonic", decision=COSTS))
    chance, loss = made["probability"], 0.8 * made["amount"] + 15
    assert (made["alert"] == (chance * loss - (1 - chance) * 2 >= 5)).all()
    assert 0 < made["alert"].mean() < 1


def test_costs_save_about_as_much_as_any_threshold_on_the_score_could():
    rows = judged(rows=30_000)
    made = of(decided(rows, protocol(calibration="isotonic", decision=COSTS)), "test")
    value = made["label"] * (0.8 * made["amount"] + 15) - 5 - (1 - made["label"]) * 2
    ordered = value.to_numpy()[np.argsort(-made["score"].to_numpy())]
    assert value[made["alert"]].sum() > np.cumsum(ordered).max()


def test_costs_under_a_budget_alert_those_that_save_most():
    asked = protocol(calibration="isotonic", decision=COSTS | {"alerts_a_day": 5.0})
    free = of(decided(judged(), protocol(calibration="isotonic", decision=COSTS)), "validation")
    chosen = of(decided(judged(), asked), "validation")
    days = len(chosen[["fold", "day"]].drop_duplicates())
    assert chosen["alert"].sum() <= 5 * days < free["alert"].sum()
    assert free["alert"][chosen["alert"]].all()


def test_without_a_decision_the_threshold_has_the_best_f1():
    made = decided(judged(rows=1000), protocol())
    chosen = of(made, "validation")
    label, score = chosen["label"], chosen["score"]

    def f1(threshold: float) -> float:
        alert = score >= threshold
        return 2 * (alert & (label == 1)).sum() / (alert.sum() + label.sum())

    best = max(score, key=f1)
    assert decisions_of(made)["test"]["threshold"] == best


def test_a_decision_is_plain_json():
    found = decisions_of(decided(judged(), protocol(calibration="beta", decision=COSTS)))
    assert json.loads(json.dumps(found)) == found
    assert found["test"]["chosen_on"] == "validation"
    assert found["test"]["n"] == 4000


def test_costs_without_amounts_are_refused_with_what_to_add():
    rows = judged().drop(columns="amount")
    with pytest.raises(NoAmount, match="fix: add its column to the roles"):
        decided(rows, protocol(calibration="isotonic", decision=COSTS))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"decision": {}}, "neither alerts_a_day nor costs"),
        ({"decision": COSTS}, "expected a calibration beside it"),
        ({"decision": {"alerts_a_day": 0}}, "greater than 0"),
        ({"calibration": "isotonc"}, "did you mean 'isotonic'"),
        ({"decision": {"costs": {"revue": 1.0}}}, "did you mean 'review'"),
    ],
)
def test_a_decision_that_makes_no_sense_is_told_so(changes, said):
    with pytest.raises(ParamsError, match=said):
        protocol(**changes)
