"""Metrics of full rankings with intervals over users, and what the report shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Estimate, Report
from penstock.core.dataset import Dataset
from penstock.tasks.ranking.charts import draw
from penstock.tasks.ranking.lists import Lists
from penstock.tasks.ranking.trials import Log, ProtocolSettings
from penstock.tasks.ranking.truth import joined

ALSO_CALLED = "ranked.parquet"  # the predictions' name to whoever recomputes the metrics


def metrics(protocol: ProtocolSettings) -> dict[str, str]:
    k = protocol.depth
    return {
        f"ndcg@{k}": f"nDCG@{k}",
        f"map@{k}": "MAP",
        f"precision@{k}": "Precision",
        f"recall@{k}": "Recall",
        f"coverage@{k}": "Coverage",
        f"hit_rate@{k}": "Hit rate",
        f"mrr@{k}": "MRR",
        f"diversity@{k}": "Diversity",
        f"novelty@{k}": "Novelty, bits",
        f"popularity_bias@{k}": "Popularity bias",
        "rmse": "RMSE",
        "mae": "MAE",
    }


def leads_on(protocol: ProtocolSettings, judged: Collection[str]) -> str:
    return protocol.leads_on


def join(evidence: pd.DataFrame, dataset: Dataset, protocol: ProtocolSettings) -> pd.DataFrame:
    """With the truth of each split; see `truth.joined` for the columns."""
    log = Log(dataset)
    parts = [
        joined(rows, log, protocol, str(split))
        for split, rows in evidence.groupby("split", sort=False, observed=True)
    ]
    return pd.concat(parts, ignore_index=True)


def score(
    predictions: pd.DataFrame, protocol: ProtocolSettings, seed: int
) -> dict[str, dict[str, Estimate]]:
    """{split: {metric: estimate}} of one candidate; a split that it can't serve has none.

    Means are over the folds, intervals of the means by bootstrap over users, who are drawn alike
    for all folds.
    """
    return {
        str(split): _estimates(_Split.of(rows, protocol.depth), protocol, seed)
        for split, rows in predictions.groupby("split", sort=False, observed=True)
    }


def fold_score(predictions: pd.DataFrame, protocol: ProtocolSettings) -> dict[str, float]:
    """{metric: value} of one fold's joined rows, without intervals."""
    (fold,) = _Split.of(predictions, protocol.depth).folds
    return {name: float(value[0]) for name, value in fold.measure().items()}


def report(
    predictions: Mapping[str, pd.DataFrame],
    dataset: Dataset,
    protocol: ProtocolSettings,
    explanations: Mapping[str, pd.DataFrame],
) -> Report:
    """The protocols side by side, accuracy against coverage, cold starts, and some rankings."""
    means = {
        name: {
            str(split): _Split.of(part, protocol.depth).means()
            for split, part in rows.groupby("split", sort=False, observed=True)
        }
        for name, rows in predictions.items()
    }
    return draw(predictions, means, dataset, protocol)


@dataclass(frozen=True)
class _Split:
    """The folds of one candidate on one split; `units` are the users judged."""

    units: int
    folds: list[Lists]

    @classmethod
    def of(cls, rows: pd.DataFrame, depth: int) -> _Split:
        unit, served = pd.factorize(rows["user"], sort=True)
        units = max(int(rows["judged"].iloc[0]), len(served))
        fold = rows["fold"].to_numpy()
        places = [fold == one for one in np.unique(fold)]
        return cls(units, [Lists(rows[at], unit[at], units, depth) for at in places])

    def means(self) -> dict[str, float]:
        observed = [fold.measure() for fold in self.folds]
        return {name: float(np.mean([one[name][0] for one in observed])) for name in observed[0]}


def _estimates(split: _Split, protocol: ProtocolSettings, seed: int) -> dict[str, Estimate]:
    draws = _draws(np.random.default_rng(seed), split.units, protocol.bootstrap)
    observed = [fold.measure() for fold in split.folds]
    resampled = [fold.measure(draws) for fold in split.folds]
    estimates = {}
    for name in observed[0]:
        by_fold = np.array([fold[name][0] for fold in observed])
        mean = float(by_fold.mean())
        drawn = np.mean([fold[name] for fold in resampled], axis=0)
        low, high = _interval(name, mean, drawn)
        std = float(by_fold.std(ddof=1)) if len(by_fold) > 1 else 0.0
        estimates[name] = Estimate(mean, std, len(by_fold), low, high, protocol.unit)
    return estimates


def _interval(name: str, mean: float, drawn: Array) -> tuple[float, float]:
    """95 %: quantiles of the draws; for coverage the mean ± 1.96 of their standard deviations.

    A draw repeats users, so that fewer items are shown than to all of them: its quantiles lie low.
    """
    if name.startswith("coverage"):
        reach = 1.96 * float(drawn.std())
        return max(0.0, mean - reach), min(1.0, mean + reach)
    low, high = np.nanquantile(drawn, [0.025, 0.975]).tolist()
    return low, high


def _draws(random: np.random.Generator, units: int, draws: int) -> Array:
    """How often each unit was drawn, shape (draws, units), each row a sample of `units`."""
    chosen = random.integers(0, units, (draws, units)) + np.arange(draws)[:, None] * units
    counts = np.bincount(chosen.ravel(), minlength=draws * units)
    return counts.reshape(draws, units).astype(np.float64)
