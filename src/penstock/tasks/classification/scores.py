"""Labels joined to the evidence, metrics with intervals over units, and what to show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Estimate, Report, Signature
from penstock.core.dataset import Dataset
from penstock.tasks.classification.cards import CardDays
from penstock.tasks.classification.charts import draw
from penstock.tasks.classification.curve import RankedRows
from penstock.tasks.classification.trials import ProtocolSettings, days_of, input_key


def metrics(protocol: ProtocolSettings) -> dict[str, str]:
    """Metric → its label on the page, the headline first."""
    named = {"average_precision": "Average precision", "roc_auc": "ROC AUC"}
    if protocol.daily_top:
        named[f"card_precision@{protocol.daily_top}"] = f"Card precision@{protocol.daily_top}"
    return {**named, "brier": "Brier score"}


def leads_on(protocol: ProtocolSettings, judged: Collection[str]) -> str:
    """The protocol's split; while its test days lie ahead, the last of those that are judged."""
    if protocol.leads_on in judged:
        return protocol.leads_on
    return next((name for name in reversed(protocol.splits) if name in judged), protocol.leads_on)


def join(evidence: pd.DataFrame, dataset: Dataset, protocol: ProtocolSettings) -> pd.DataFrame:
    """Evidence with `label` (int8) and, where the protocol counts days, `day`."""
    signature = Signature.from_notes(dataset.notes["signature"])
    roles = signature.roles
    features = dataset.tables["features"]
    place = pd.Index(features[roles["id"]]).get_indexer(evidence["row_id"])
    assert (place >= 0).all(), "evidence is of rows that the features hold"
    label = dataset.tables["labels"][roles["target"]].iloc[place]
    joined = evidence.assign(label=label.to_numpy(dtype=np.int8))
    if protocol.daily_top:
        joined["day"] = days_of(features[roles["time"]].to_numpy())[place]
    return joined


def score(
    predictions: pd.DataFrame, protocol: ProtocolSettings, seed: int
) -> dict[str, dict[str, Estimate]]:
    """{split: {metric: estimate}} of one candidate.

    Means are over the folds. Intervals resample units, the same draw for all folds a unit is
    in, since a card that is in four folds is one card.
    """
    return {
        str(split): _estimates(rows, protocol, seed)
        for split, rows in predictions.groupby("split", sort=False)
    }


def fold_score(predictions: pd.DataFrame, protocol: ProtocolSettings) -> dict[str, float]:
    """{metric: value} of one fold's joined rows, without intervals."""
    unit, units = pd.factorize(predictions["unit_id"])
    fold = Fold(predictions, unit, len(units), protocol.daily_top)
    return {metric: float(value[0]) for metric, value in fold.measure(None).items()}


def report(
    predictions: Mapping[str, pd.DataFrame], dataset: Dataset, protocol: ProtocolSettings
) -> Report:
    """Curves on the leading split and the confusion at a threshold chosen on `validation`."""
    judged = set(next(iter(predictions.values()))["split"])
    split = leads_on(protocol, judged)
    drawn = draw(predictions, protocol, split)
    return replace(drawn, notes=[*_waiting(protocol, judged, split), *_copies(dataset, protocol)])


class Fold:
    """One fold, prepared so that a draw of units costs one pass over its rows."""

    def __init__(self, rows: pd.DataFrame, unit: Array, units: int, top: int | None) -> None:
        label, self.score = rows["label"].to_numpy(), rows["score"].to_numpy()
        self.unit, self.top = unit, top
        self.ranked = RankedRows(label, self.score)
        self.squared_error = (self.score - label) ** 2
        self.card_days = None
        if top:
            self.card_days = CardDays(rows["day"].to_numpy(), unit, label, self.score, units)

    def _brier(self, weight: Array | None) -> float:
        """Mean squared error of the probabilities; NaN where no unit of the fold was drawn."""
        if weight is None:
            return float(self.squared_error.mean())
        total = weight.sum()
        return float(self.squared_error @ weight / total) if total else float("nan")

    def measure(self, draws: Array | None) -> dict[str, Array]:
        """Each metric, shape (draws,); `draws` of shape (units, draws), None for the data."""
        weights = [None] if draws is None else [draws[self.unit, j] for j in range(draws.shape[1])]
        metrics = {
            "average_precision": np.array([self.ranked.average_precision(w) for w in weights]),
            "roc_auc": np.array([self.ranked.roc_auc(w) for w in weights]),
            "brier": np.array([self._brier(weight) for weight in weights]),
        }
        if self.card_days is not None and self.top:
            daily = self.card_days.precision(self.top, draws)
            metrics[f"card_precision@{self.top}"] = daily.mean(axis=0)
        return metrics


def _waiting(protocol: ProtocolSettings, judged: Collection[str], split: str) -> list[str]:
    """The splits that can't be judged yet."""
    waiting = [name for name in protocol.splits if name not in judged]
    if not waiting:
        return []
    named = ", ".join(f"“{name}”" for name in waiting)
    return [f"Not judged yet, since labels are still to come: {named}. “{split}” leads meanwhile."]


def _copies(dataset: Dataset, protocol: ProtocolSettings) -> list[str]:
    """How many rows are copies, and what was done about them."""
    kinds = {split.kind for split in protocol.splits.values()}
    if kinds == {"prequential"}:
        return []
    key = input_key(dataset.tables["features"], Signature.from_notes(dataset.notes["signature"]))
    copies = int(pd.Series(key).duplicated(keep=False).sum())
    return [
        f"{copies:,} of {len(key):,} rows have the very inputs of another row. Where one of them "
        "is judged, the others are taken out of its training rows, so no copy is learnt by heart."
    ]


def _estimates(rows: pd.DataFrame, protocol: ProtocolSettings, seed: int) -> dict[str, Estimate]:
    code, units = pd.factorize(rows["unit_id"])
    folds = [
        Fold(fold, code[places], len(units), protocol.daily_top) for places, fold in _folds(rows)
    ]
    observed = [fold.measure(None) for fold in folds]
    resampled: dict[str, list[Array]] = {metric: [] for metric in observed[0]}
    random = np.random.default_rng(seed)
    for batch in np.array_split(np.arange(protocol.bootstrap), max(1, protocol.bootstrap // 20)):
        draws = _draw(random, len(units), len(batch))
        measured = [fold.measure(draws) for fold in folds]
        for metric, values in resampled.items():
            values.append(np.mean([fold[metric] for fold in measured], axis=0))
    estimates = {}
    for metric, values in resampled.items():
        by_fold = np.array([fold[metric][0] for fold in observed])
        low, high = np.nanquantile(np.concatenate(values), [0.025, 0.975])
        estimates[metric] = Estimate(
            mean=float(by_fold.mean()),
            std=float(by_fold.std(ddof=1)) if len(by_fold) > 1 else 0.0,
            n=len(by_fold),
            low=float(low),
            high=float(high),
            unit=protocol.unit,
        )
    return estimates


def _folds(rows: pd.DataFrame) -> list[tuple[Array, pd.DataFrame]]:
    fold = rows["fold"].to_numpy()
    places = [np.flatnonzero(fold == one) for one in np.unique(fold)]
    return [(place, rows.iloc[place]) for place in places]


def _draw(random: np.random.Generator, units: int, draws: int) -> Array:
    """How often each unit was drawn, shape (units, draws), each column a sample of `units`."""
    columns = [np.bincount(random.integers(0, units, units), minlength=units) for _ in range(draws)]
    return np.stack(columns, axis=1).astype(np.float64)
