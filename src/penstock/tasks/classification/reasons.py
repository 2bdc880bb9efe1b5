"""Reasons on the report's page: those of the best candidate that can give any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from penstock.core.contracts import Report
from penstock.core.dataset import Dataset
from penstock.pages.reasons import reasons_report
from penstock.scoring.telling import rows_of
from penstock.tasks.classification.curve import RankedRows


def with_reasons(
    report: Report,
    explanations: Mapping[str, pd.DataFrame],
    predictions: Mapping[str, pd.DataFrame],
    dataset: Dataset,
    split: str,
) -> Report:
    """`report` with charts and alerts of the best explained candidate on `split`, if there is one.

    Args:
        explanations: by candidate, what `explaining.explained` gave, in words where the project
            has them.
    """
    found = {name: told[told["split"] == split] for name, told in explanations.items()}
    found = {name: told.reset_index(drop=True) for name, told in found.items() if len(told)}
    if not found:
        return report
    best = max(found, key=lambda name: (_average_precision(predictions[name], split), name))
    rows = rows_of(dataset, found[best]["row_id"])
    told = reasons_report(best, found[best], rows, dataset.notes.get("descriptions", {}))
    return replace(
        report,
        charts=[*report.charts, *told.charts],
        grids=[*told.grids, *report.grids],
    )


def _average_precision(predictions: pd.DataFrame, split: str) -> float:
    """Mean over the folds of a split."""
    values = []
    for _, rows in predictions[predictions["split"] == split].groupby("fold"):
        label, score = rows["label"].to_numpy(), rows["score"].to_numpy()
        measured = RankedRows(label, score, np.zeros(len(rows), dtype=np.int64), 1).measure()
        values.append(float(measured["average_precision"][0]))
    return sum(values) / len(values)
