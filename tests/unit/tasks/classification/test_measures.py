"""What alerts led to and how calibrated scores are, against literal counts, drawn and not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.alerting import Costs
from penstock.tasks.classification.decisions import decided
from penstock.tasks.classification.estimates import estimates
from penstock.tasks.classification.measures import Fold
from tests.unit.tasks.classification.judged import judged, protocol

COSTS = {"review": 5.0, "loss_share": 0.8, "loss_fixed": 15.0, "false_alarm": 2.0}
ASKED = protocol(calibration="isotonic", decision={"costs": COSTS})


def fold_rows(rows: int = 1500) -> pd.DataFrame:
    made = decided(judged(rows), ASKED)
    return made[(made["split"] == "test") & (made["fold"] == 0)].reset_index(drop=True)


def literal(rows: pd.DataFrame, days: int) -> dict[str, float]:
    """The metrics of alerts and of calibration, row by row."""
    fraud, alert = rows["label"] == 1, rows["alert"]
    saved = 0.0
    for one in rows[alert].itertuples():
        saved += 0.8 * one.amount + 15 - 5 if one.label else -5 - 2
    found = {
        "alert_precision": (alert & fraud).sum() / alert.sum(),
        "alert_recall": (alert & fraud).sum() / fraud.sum(),
        "alerts_a_day": alert.sum() / days,
        "saved_a_day": saved / days,
    }
    for name, column in (("", "score"), ("_calibrated", "probability")):
        told = rows[column]
        found[f"brier{name}"] = float(((told - rows["label"]) ** 2).mean())
        groups = rows.groupby(np.minimum((told * 10).astype(int), 9))
        found[f"ece{name}"] = sum(
            len(group) * abs(group[column].mean() - group["label"].mean()) / len(rows)
            for _, group in groups
        )
    return found


@pytest.mark.curriculum("C26")
def test_every_figure_of_a_fold_is_that_of_a_literal_count():
    rows = fold_rows()
    unit, units = pd.factorize(rows["unit_id"])
    found = Fold(rows, unit, len(units), costs=Costs.model_validate(COSTS)).measure()
    for metric, expected in literal(rows, days=7).items():
        assert found[metric] == pytest.approx([expected], rel=1e-9), metric
    of_unit = rows.groupby("unit_id").apply(
        lambda card: ((card["label"] == 1).any(), ((card["label"] == 1) & card["alert"]).any())
    )
    met = [hit for positive, hit in of_unit if positive]
    assert found["unit_recall"] == pytest.approx([np.mean(met)])


def test_a_resample_is_measured_as_rows_that_stand_there_as_often():
    rows = fold_rows()
    unit, units = pd.factorize(rows["unit_id"])
    draws = np.random.default_rng(0).integers(0, 3, (len(units), 4)).astype(float)
    found = Fold(rows, unit, len(units), costs=Costs.model_validate(COSTS)).measure(draws)
    for j in range(4):
        again = rows.iloc[np.repeat(np.arange(len(rows)), draws[unit, j].astype(int))]
        for metric, expected in literal(again, days=7).items():
            assert found[metric][j] == pytest.approx(expected, rel=1e-9), metric


def test_intervals_hold_their_mean_for_every_metric():
    rows = decided(judged(6000), ASKED)
    for metric, one in estimates(rows[rows["split"] == "test"], ASKED, seed=1).items():
        assert one.low < one.mean < one.high, metric


def test_the_interval_of_the_calibration_error_is_moved_back_by_what_resampling_adds():
    random = np.random.default_rng(0)
    chance = random.random(4000)
    rows = pd.DataFrame({"row_id": np.arange(4000), "unit_id": np.arange(4000), "fold": 0})
    rows = rows.assign(score=chance, label=(random.random(4000) < chance).astype(np.int8))
    one = estimates(rows, protocol(bootstrap=200), seed=0)["ece"]
    # Of perfect chances; a plain percentile interval begins above its mean of .013.
    assert one.low < 0.008 < one.mean < one.high


def test_no_alert_at_all_leaves_precision_out_and_gives_the_rest():
    rows = decided(judged(), protocol(decision={"alerts_a_day": 20.0})).assign(alert=False)
    found = estimates(rows[rows["split"] == "test"], ASKED, seed=0)
    assert "alert_precision" not in found
    assert (found["alert_recall"].mean, found["saved_a_day"].mean) == (0.0, 0.0)


def test_without_a_calendar_alerts_are_a_share_of_the_rows():
    rows = decided(judged().drop(columns="day"), protocol())
    found = estimates(rows[rows["split"] == "test"], protocol(), seed=0)
    assert "alerts_a_day" not in found
    assert found["alert_share"].mean == pytest.approx(
        rows[rows["split"] == "test"]["alert"].mean(), abs=1e-3
    )
    assert "saved" in found
