"""The curves of a classification report, as data: drawn on the page and given to DVC."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Chart, Grid, Report
from penstock.tasks.classification.cards import CardDays
from penstock.tasks.classification.trials import ProtocolSettings

POINTS = 200  # of a curve: what a page can show
BINS = 10


def draw(predictions: Mapping[str, pd.DataFrame], protocol: ProtocolSettings, split: str) -> Report:
    """Charts and grids of all candidates on `split`, which orders the leaderboard."""
    on_split = {name: rows[rows["split"] == split] for name, rows in predictions.items()}
    charts = [_precision_recall(on_split, split), _roc(on_split, split), _calibration(on_split)]
    if protocol.daily_top:
        charts.append(_cards_by_day(on_split, protocol.daily_top))
    return Report(charts=charts, grids=[_confusion(predictions, split)])


def counts(label: Array, score: Array) -> tuple[Array, Array, Array]:
    """Distinct scores falling, with the hits and false alarms at or above each."""
    order = np.argsort(-score, kind="stable")
    label, score = label[order], score[order]
    last_of_tie = np.flatnonzero(np.r_[score[1:] != score[:-1], True])
    hits = np.cumsum(label)[last_of_tie]
    return score[last_of_tie], hits, last_of_tie + 1 - hits


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


def _precision_recall(predictions: Mapping[str, pd.DataFrame], split: str) -> Chart:
    series = {}
    for name, rows in predictions.items():
        recall, precision, _ = _curves(rows)
        series[name] = _series(recall, precision)
    return Chart(
        name="pr",
        title="Precision and recall",
        x_label="recall: share of frauds found",
        y_label="precision: share of alerts that are frauds",
        series=series,
        caption=f"All folds of the split “{split}” pooled; up and to the right is better.",
    )


def _roc(predictions: Mapping[str, pd.DataFrame], split: str) -> Chart:
    series = {}
    for name, rows in predictions.items():
        recall, _, fpr = _curves(rows)
        series[name] = _series(np.r_[0, fpr], np.r_[0, recall])
    return Chart(
        name="roc",
        title="ROC",
        x_label="false-positive rate",
        y_label="recall",
        series=series,
        reference=([0, 1], [0, 1]),
        caption=f"All folds of the split “{split}” pooled; the diagonal is chance.",
    )


def _calibration(predictions: Mapping[str, pd.DataFrame]) -> Chart:
    series = {}
    for name, rows in predictions.items():
        bins = np.clip((rows["score"].to_numpy() * BINS).astype(int), 0, BINS - 1)
        met = rows.groupby(bins)[["score", "label"]].mean()
        series[name] = _series(met["score"].to_numpy(), met["label"].to_numpy())
    return Chart(
        name="calibration",
        title="Calibration",
        x_label="predicted probability",
        y_label="share that were frauds",
        series=series,
        reference=([0, 1], [0, 1]),
        caption=f"Mean of each of {BINS} equal bins; on the diagonal a score is a probability.",
    )


def _cards_by_day(predictions: Mapping[str, pd.DataFrame], k: int) -> Chart:
    series = {}
    for name, rows in predictions.items():
        daily: dict[str, list[float]] = {}
        for _, fold in rows.groupby("fold"):
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


def _confusion(predictions: Mapping[str, pd.DataFrame], split: str) -> Grid:
    """Confusion on the leading split at the threshold with the best F1 on `validation`."""
    body = []
    chosen_by = "0.5, since there is no split “validation” to choose it on"
    for name, rows in predictions.items():
        chosen = rows[rows["split"] == "validation"]
        if len(chosen):
            chosen_by = "best F1 on the split “validation”"
        threshold = _best_f1(chosen) if len(chosen) else 0.5
        judged = rows[rows["split"] == split]
        alert, fraud = judged["score"] >= threshold, judged["label"] == 1
        cells = [alert & fraud, alert & ~fraud, ~alert & fraud, ~alert & ~fraud]
        tp, fp, fn, tn = (int(cell.sum()) for cell in cells)
        shares = [f"{tp / max(tp + fp, 1):.3f}", f"{tp / max(tp + fn, 1):.3f}"]
        body.append([name, f"{threshold:.4f}", *(f"{n:,}" for n in (tp, fp, fn, tn)), *shares])
    head = ["candidate", "threshold", "found", "false alarms", "missed", "passed"]
    return Grid(
        title="Confusion at the chosen threshold",
        columns=[*head, "precision", "recall"],
        rows=body,
        caption=f"Threshold: {chosen_by}; counted on “{split}”.",
    )


def _best_f1(rows: pd.DataFrame) -> float:
    threshold, hits, false = counts(
        rows["label"].to_numpy(dtype=np.int64), rows["score"].to_numpy()
    )
    return float(threshold[np.argmax(2 * hits / (hits + false + hits[-1]))])
