"""A report as evaluate would give it: six candidates, three splits, the usual charts; seeded."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.contracts import Chart, Estimate, Grid, Report
from penstock.pages.report import ReportPage

HEADLINE = {
    "logistic": 0.623,
    "tree": 0.579,
    "tree-depth-2": 0.496,
    "forest": 0.678,
    "xgboost": 0.694,
    "mlp": 0.675,
}
METRICS = {"average_precision": "Average precision", "roc_auc": "ROC AUC", "brier": "Brier score"}
CHECK: dict[str, Any] = {
    "table": "transactions",
    "action": "quarantine",
    "max_share": 0.001,
    "rows": 1000,
    "observed": None,
    "examples": [],
    "reason": "",
}
GATE: dict[str, Any] = {
    "project": "fraud",
    "verdict": "passed",
    "counts": {"passed": 1, "quarantined": 1, "stopped": 0, "not_checked": 0},
    "rows": {"transactions": {"raw": 1000, "quarantined": 7, "valid": 993}},
    "expectations": [
        CHECK
        | {"name": "ids", "says": "No id twice", "status": "passed", "failing": 0, "share": 0},
        CHECK
        | {
            "name": "amounts",
            "says": "Amounts lie between 0 and 5,000",
            "status": "quarantined",
            "failing": 7,
            "share": 0.007,
        },
    ],
    "raw": {},
    "evidence": None,
}


def example_page(**changes: Any) -> ReportPage:
    """The page; `changes` replace its fields."""
    fields: dict[str, Any] = {
        "project": "fraud",
        "task": "classification",
        "metrics": METRICS,
        "leads_on": "test",
        "scores": {
            name: {split: _scores(value) for split in ("first", "validation", "test")}
            for name, value in HEADLINE.items()
        },
        "report": Report(
            charts=example_charts(),
            grids=[Grid("Confusion", ["candidate", "found"], [["forest", "1,024"]], "at 0.5")],
            notes=["Known cards leave the test set."],
        ),
        "importances": {"forest": {f"feature_{i}": 1 / (i + 1) for i in range(15)}, "mlp": {}},
        "gate": GATE,
        "facts": [("seed", "20261120"), ("raw sha256", "ab" * 32)],
        "published": {"xgboost": {"test": {"average_precision": 0.687}}},
        "published_source": "A book",
    }
    return ReportPage(**(fields | changes))


def many_page(candidates: int) -> ReportPage:
    """As many candidates as a large project has, the last the best."""
    names = [f"candidate-{index}" for index in range(candidates)]
    value = {name: 0.4 + 0.3 * index / candidates for index, name in enumerate(names)}
    x = np.linspace(0, 1, 60)
    rows = [[name, "1,024", "12"] for name in names]
    report = Report(
        charts=[Chart("pr", "Curves", "x", "y", {name: (x, x * value[name]) for name in names})],
        grids=[Grid("Found", ["candidate", "found", "missed"], rows)],
        tables={"Apart": {"brier": "Brier score"}},
        card=[("Limits", "Few.")],
    )
    scores = {name: {"test": _scores(value[name])} for name in names}
    ceiling = {"test": {"average_precision": 0.75}}
    return example_page(scores=scores, report=report, ceiling=ceiling, ceiling_source="A book")


def example_charts() -> list[Chart]:
    """A long curve, one with a reference, one by day, and bars."""
    random = np.random.default_rng(0)
    x = np.linspace(0, 1, 5000)
    long = {name: (x, np.clip(1 - x ** (8 * v), 0, 1)) for name, v in HEADLINE.items()}
    bins = np.linspace(0.05, 0.95, 10)
    calibrated = {name: (bins, bins ** (1.5 - v)) for name, v in HEADLINE.items()}
    days = [f"2018-08-{day:02d}" for day in range(8, 15)]
    daily = {name: (days, random.random(7).round(3)) for name in HEADLINE}
    return [
        Chart("pr", "Precision and recall", "recall", "precision", long, caption="Pooled."),
        Chart("cal", "Calibration", "predicted", "met", calibrated, reference=([0, 1], [0, 1])),
        Chart("by_day", "By day", "day", "precision", daily),
        Chart("bars", "Bars", "feature", "weight", {"forest": (["a", "b"], [2.0, -1.0])}, "bar"),
    ]


def _scores(value: float) -> dict[str, Estimate]:
    return {
        "average_precision": Estimate(value, 0.01, 4, value - 0.02, value + 0.02, "card"),
        "roc_auc": Estimate(value + 0.2, 0.01, 4, value + 0.19, value + 0.21, "card"),
        "brier": Estimate(0.0044, 0.0001, 4, 0.0042, 0.0046, "card"),
    }
