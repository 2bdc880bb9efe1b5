from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Report
from penstock.pages.charts import draw
from penstock.pages.plots import to_csv
from penstock.pages.reasons import MOST, reasons_report

INPUTS = ("amount", "night", "count", "constant")


def explanations(rows: int = 400, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two folds with ten alerts each; `amount` counts for most, `constant` for nothing."""
    random = np.random.default_rng(seed)
    features = pd.DataFrame(
        {
            "amount": random.gamma(2, 40, rows),
            "night": (random.random(rows) < 0.2).astype("int8"),
            "count": random.poisson(4, rows),
            "constant": 1.0,
        }
    )
    part = np.where(np.arange(rows) % 200 < 10, "alert", "sample")
    told = pd.DataFrame(
        {
            "row_id": np.arange(rows),
            "part": part,
            "score": np.linspace(0.9, 0.1, rows),
            "fold": np.arange(rows) // 200,
            "contribution:amount": features["amount"] / 50,
            "contribution:night": features["night"] * 0.2 * (1 + np.arange(rows) // 200),
            "contribution:count": features["count"] * -0.1,
            "contribution:constant": 0.0,
        }
    )
    days = [f"2026-01-0{1 + row // 200 + (row % 200 >= 5)} 10:0{row % 10}" for row in range(rows)]
    alert = part == "alert"
    told["time"] = np.where(alert, days, "")
    told["amount"] = np.where(alert, "EUR 10.00", "")
    told["reasons"] = np.where(alert, [f"reason {row}" for row in range(rows)], "")
    told["would_pass"] = np.where(alert, "would pass below EUR 8.00", "")
    return told, features


def report(told: pd.DataFrame, features: pd.DataFrame) -> Report:
    return reasons_report("xgboost", told, features, {"count": "payments in 7 days"})


def test_inputs_stand_in_order_of_the_mean_size_of_their_shares_with_the_range_of_the_folds() -> (
    None
):
    told, features = explanations()
    chart, of_alerts = report(told, features).charts[:2]
    assert (chart.name, of_alerts.name) == ("reasons_sample", "reasons_alert")
    assert "of 380 rows drawn" in chart.caption and "of 20 alerts" in of_alerts.caption

    names, sizes = chart.series["xgboost"]
    low, high = chart.spread["xgboost"]
    assert names[0] == "amount"
    assert list(sizes) == sorted(sizes, reverse=True)
    night = names.index("night")
    sample = told[told["part"] == "sample"]
    folds = sample.groupby("fold")["contribution:night"].apply(lambda one: one.abs().mean())
    assert (low[night], high[night]) == pytest.approx((folds.min(), folds.max()), rel=1e-4)
    assert low[night] < sizes[night] < high[night]


def test_no_more_bars_than_fit_are_drawn() -> None:
    told, features = explanations()
    for number in range(40):
        told[f"contribution:x{number}"] = 0.001 * number
        features[f"x{number}"] = 0.0
    assert len(report(told, features).charts[0].series["xgboost"][0]) == MOST


def test_each_dependence_follows_what_the_shares_are_made_of() -> None:
    charts = {one.name: one for one in report(*explanations()).charts}
    x, y = charts["dependence_amount"].series["xgboost"]
    low, high = charts["dependence_amount"].spread["xgboost"]
    assert np.abs(np.asarray(y) - np.asarray(x) / 50).max() < 0.05
    assert all(a <= b <= c for a, b, c in zip(low, y, high, strict=True))
    x, y = charts["dependence_night"].series["xgboost"]
    assert (list(x), list(y)) == ([0.0, 1.0], pytest.approx([0.0, 0.3], abs=0.11))
    assert charts["dependence_count"].caption.startswith("Payments in 7 days. Median")


def test_an_input_with_one_value_has_no_curve() -> None:
    names = [one.name for one in report(*explanations()).charts]
    assert "dependence_constant" not in names
    assert len(names) == 5


def test_the_alerts_of_the_last_day_stand_in_a_table_the_highest_first() -> None:
    [grid] = report(*explanations()).grids
    assert list(grid.columns) == ["id", "time", "amount", "score", "reasons", "would pass"]
    assert [row[0] for row in grid.rows] == ["205", "206", "207", "208", "209"]
    assert grid.rows[0][1:4] == ["10:05", "EUR\N{NO-BREAK SPACE}10.00", "0.489"]
    assert "2026-01-03" in grid.caption


def test_a_column_that_says_nothing_is_left_out() -> None:
    told, features = explanations()
    [grid] = report(told.assign(would_pass="", amount=""), features).grids
    assert list(grid.columns) == ["id", "time", "score", "reasons"]


def test_explanations_without_words_have_no_table() -> None:
    told, features = explanations()
    bare = told.drop(columns=["time", "amount", "reasons", "would_pass"])
    assert report(bare, features).grids == []


def test_every_chart_can_be_drawn_and_written_as_a_plot() -> None:
    for chart in report(*explanations()).charts:
        assert "nan" not in draw(chart)
        assert to_csv(chart).count("\n") > 2
