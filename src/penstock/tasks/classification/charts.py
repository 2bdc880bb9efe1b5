"""The curves of a classification report, as data: drawn on the page and given to DVC."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Chart
from penstock.tasks.classification.cards import CardDays
from penstock.tasks.classification.curve import counts
from penstock.tasks.classification.estimates import folds_of
from penstock.tasks.classification.measures import BINS
from penstock.tasks.classification.trials import ProtocolSettings

POINTS = 200  # of a curve: what a page can show
LEAST = 10  # rows of a bin: the share of fewer says little


def draw(rows: Mapping[str, pd.DataFrame], protocol: ProtocolSettings, split: str) -> list[Chart]:
    """Charts of the candidates' joined rows on `split`, which orders the leaderboard."""
    curves = {name: _curves(one) for name, one in rows.items()}
    charts = [_precision_recall(curves, split), _roc(curves, split), _calibration(rows, "score")]
    calibrated = {
        name: one
        for name, one in rows.items()
        if "probability" in one and one["probability"].notna().all()
    }
    if calibrated:
        charts.append(_calibration(calibrated, "probability"))
    if protocol.daily_top:
        charts.append(_cards_by_day(rows, protocol.daily_top))
    return charts


def _curves(rows: pd.DataFrame) -> tuple[Array, Array, Array]:
    """Recall, precision and false-positive rate, thinned to what a page can show."""
    _, hits, false = counts(rows["label"].to_numpy(dtype=np.int64), rows["score"].to_numpy())
    recall, fpr = hits / max(hits[-1], 1), false / max(false[-1], 1)
    keep = np.unique(
        np.concatenate(
            [
                np.searchsorted(recall, np.linspace(0, 1, POINTS)),
                np.searchsorted(fpr, np.linspace(0, 1, POINTS)),
            ]
        ).clip(max=len(recall) - 1)
    )
    return recall[keep], (hits / (hits + false))[keep], fpr[keep]


def _series(x: Array, y: Array) -> tuple[list[float], list[float]]:
    return [round(float(one), 5) for one in x], [round(float(one), 5) for one in y]


def _precision_recall(curves: Mapping[str, tuple[Array, Array, Array]], split: str) -> Chart:
    return Chart(
        name="pr",
        title="Precision and recall",
        x_label="recall: share of frauds found",
        y_label="precision: share of alerts that are frauds",
        series={
            name: _series(recall, precision) for name, (recall, precision, _) in curves.items()
        },
        caption=f"All folds of the split “{split}” pooled; up and to the right is better.",
    )


def _roc(curves: Mapping[str, tuple[Array, Array, Array]], split: str) -> Chart:
    return Chart(
        name="roc",
        title="ROC",
        x_label="false-positive rate",
        y_label="recall",
        series={
            name: _series(np.r_[0, fpr], np.r_[0, recall])
            for name, (recall, _, fpr) in curves.items()
        },
        reference=([0, 1], [0, 1]),
        caption=f"All folds of the split “{split}” pooled; the diagonal is chance.",
    )


def _calibration(rows: Mapping[str, pd.DataFrame], column: str) -> Chart:
    """The reliability diagram of `score`, as it is, or of `probability`, as it was made."""
    series = {}
    for name, one in rows.items():
        told, label = one[column].to_numpy(), one["label"].to_numpy()
        bins = np.clip((told * BINS).astype(int), 0, BINS - 1)
        size = np.bincount(bins, minlength=BINS)
        kept = size >= LEAST
        mean = [np.bincount(bins, of, minlength=BINS)[kept] / size[kept] for of in (told, label)]
        series[name] = _series(*mean)
    before = column == "score"
    return Chart(
        name="calibration" if before else "calibration_after",
        title="Calibration of the scores" if before else "Calibration of the probabilities",
        x_label="score" if before else "probability",
        y_label="share that were frauds",
        series=series,
        reference=([0, 1], [0, 1]),
        caption=f"Means of the rows in each of {BINS} bins of equal width (those of {LEAST} rows "
        "and more). On the diagonal a chance is what it says.",
    )


def _cards_by_day(rows: Mapping[str, pd.DataFrame], k: int) -> Chart:
    series = {}
    for name, one in rows.items():
        daily: dict[str, list[float]] = {}
        for _, fold in folds_of(one):
            code, cards = pd.factorize(fold["unit_id"])
            days = fold["day"].to_numpy()
            label, score = fold["label"].to_numpy(), fold["score"].to_numpy()
            precision = CardDays(days, code, label, score, len(cards)).precision(k)[:, 0]
            for day, value in zip(np.unique(days), precision, strict=True):
                daily.setdefault(str(day)[:10], []).append(float(value))
        averaged = {day: round(float(np.mean(values)), 5) for day, values in sorted(daily.items())}
        series[name] = (list(averaged), list(averaged.values()))
    return Chart(
        name="card_precision_by_day",
        title=f"Card precision@{k} by day",
        x_label="day",
        y_label=f"frauds found / {k} cards checked",
        series=series,
        caption="A card that was found leaves the later days of its week.",
    )
