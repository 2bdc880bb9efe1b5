"""Curves of the leading split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Chart
from penstock.tasks.images.measures import chances_of

BINS, LEAST = 10, 10  # bins of equal width; images of one that is drawn
REFERRED = np.concatenate([np.arange(0, 0.1, 0.005), np.arange(0.1, 0.3001, 0.02)])
DIGITS = 5


def class_chart(rows: Mapping[str, pd.DataFrame], classes: Sequence[str]) -> Chart:
    """The share of each class's images that is told wrongly, over all seeds."""
    series = {}
    for name, one in rows.items():
        wrong = chances_of(one).argmax(axis=1) != one["label"].to_numpy()
        of_class = pd.Series(wrong).groupby(one["label"].to_numpy()).mean()
        told = of_class.reindex(range(len(classes)))
        series[name] = [*classes], _rounded(told.to_numpy(np.float64))
    return Chart(
        name="errors_by_class",
        title="Errors by class",
        x_label="class",
        y_label="share told wrongly",
        series=series,
        kind="bar",
    )


def referral_chart(told: Mapping[str, pd.DataFrame]) -> Chart:
    """Errors among the images that are left when the least sure ones go to a person."""
    series = {}
    for name, one in told.items():
        ranked = one.sort_values(["sure", "row_id"], ascending=[False, True])
        wrong = np.cumsum(ranked["told"].to_numpy() != ranked["label"].to_numpy())
        left = np.maximum(1, np.rint(len(one) * (1 - REFERRED)).astype(np.int64))
        series[name] = _rounded(REFERRED), _rounded(wrong[left - 1] / left)
    return Chart(
        name="referral",
        title="Errors when the least sure are referred",
        x_label="share of images left to a person",
        y_label="error rate of the rest",
        series=series,
        caption="The seeds of a candidate speak together here: the mean of their chances.",
    )


def calibration_chart(told: Mapping[str, pd.DataFrame]) -> Chart:
    """How often what is told with some chance is right."""
    return Chart(
        name="calibration",
        title="Calibration",
        x_label="chance of the class that is told",
        y_label="share that is right",
        series={name: _calibrated(one) for name, one in told.items()},
        reference=([0.0, 1.0], [0.0, 1.0]),
        caption="Bins of a tenth that hold ten images or more. Below the diagonal: too sure.",
    )


def _calibrated(one: pd.DataFrame) -> tuple[list[float], list[float]]:
    right = (one["told"] == one["label"]).to_numpy(np.float64)
    rows = pd.DataFrame({"sure": one["sure"].to_numpy(np.float64), "right": right})
    rows["bin"] = np.clip(np.floor(rows["sure"] * BINS), 0, BINS - 1)
    means = rows.groupby("bin").agg(["mean", "size"])
    full = means[means["sure", "size"] >= LEAST]
    return _rounded(full["sure", "mean"].to_numpy()), _rounded(full["right", "mean"].to_numpy())


def _rounded(values: Array) -> list[float]:
    return [float(one) for one in np.round(values, DIGITS)]
