"""Two models on the same resamples of units: figures, and intervals of their difference.

Efron & Tibshirani, An Introduction to the Bootstrap, ch. 13 (percentile intervals); units are
resampled and not rows, since rows of one card go together (Field & Welsh, 2007). Of few units a
percentile interval comes out too narrow; it is widened as a t interval is (Hesterberg, What
Teachers Should Know About the Bootstrap, 2015, expanded percentile interval).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from penstock.core.contracts import Array
from penstock.tasks.classification.cards import CardDays
from penstock.tasks.classification.curve import RankedRows

BINS = 10  # of equal width, as on the report's calibration plot
BATCH = 20  # draws that are held in memory at once
CARDS = "card_precision@"


class Side:
    """One model's scores of the judged rows, prepared so that a resample costs one pass."""

    def __init__(self, rows: pd.DataFrame, unit: Array, units: int) -> None:
        """`rows` hold `label`, `score` and, for card precision, `day`.

        Args:
            unit: the code of each row's unit, below `units`.
        """
        label, score = rows["label"].to_numpy(), rows["score"].to_numpy()
        self.unit = unit
        self.positive_units = len(np.unique(unit[label == 1]))
        self.ranked = RankedRows(label, score)
        self.squared_error = (score - label) ** 2
        self.excess = score - label
        self.bin = np.clip((score * BINS).astype(np.int64), 0, BINS - 1)
        self.cards: CardDays | None = None
        if "day" in rows:
            self.cards = CardDays(rows["day"].to_numpy(), unit, label, score, units)

    def measure(self, metric: str, draws: Array | None) -> Array:
        """`metric`, shape (draws,); how often each unit was drawn, shape (units, draws).

        None as `draws` is the data as they are. NaN where a resample can't be measured.
        """
        if metric.startswith(CARDS):
            assert self.cards is not None, "rows of a protocol with daily_top have days"
            daily = self.cards.precision(int(metric.removeprefix(CARDS)), draws)
            return np.asarray(daily.mean(axis=0))
        one = {
            "average_precision": self.ranked.average_precision,
            "roc_auc": self.ranked.roc_auc,
            "brier": self.brier,
            "expected_calibration_error": self.expected_calibration_error,
        }[metric]
        if draws is None:
            return np.array([one(np.ones(len(self.unit)))])
        return np.array([one(draws[self.unit, j]) for j in range(draws.shape[1])])

    def brier(self, weight: Array) -> float:
        """Mean squared error of the probabilities."""
        total = weight.sum()
        return float(self.squared_error @ weight / total) if total else float("nan")

    def expected_calibration_error(self, weight: Array) -> float:
        """Mean distance of score and share of positives in each of ten bins, weighed by rows.

        Guo et al., On Calibration of Modern Neural Networks, 2017, section 2.
        """
        total = weight.sum()
        apart = np.abs(np.bincount(self.bin, self.excess * weight, minlength=BINS))
        return float(apart.sum() / total) if total else float("nan")


@dataclass(frozen=True)
class Question:
    """A metric to be measured of both models; of the challenger alone without a champion."""

    metric: str
    challenger: Side
    champion: Side | None


@dataclass(frozen=True)
class Answer:
    """The figures, and the 95 % interval of challenger − champion (or of the challenger's)."""

    challenger: float
    champion: float | None
    low: float
    high: float


def ask(questions: Mapping[str, Question], units: int, draws: int, seed: int) -> dict[str, Answer]:
    """Answer every question on the same `draws` resamples of `units` units.

    Resamples in which a metric has no value (no positive was drawn) do not count for it.
    """
    random = np.random.default_rng(seed)
    resampled: dict[str, list[Array]] = {name: [] for name in questions}
    for start in range(0, draws, BATCH):
        drawn = _draw(random, units, min(BATCH, draws - start))
        for name, question in questions.items():
            resampled[name].append(_difference(question, drawn))
    answers = {}
    for name, question in questions.items():
        tail = tail_of(question.challenger.positive_units)
        low, high = np.nanquantile(np.concatenate(resampled[name]), [tail, 1 - tail])
        known = question.champion
        answers[name] = Answer(
            challenger=float(question.challenger.measure(question.metric, None)[0]),
            champion=None if known is None else float(known.measure(question.metric, None)[0]),
            low=float(low),
            high=float(high),
        )
    return answers


def tail_of(units: int) -> float:
    """The share of resamples that a 95 % interval leaves out at each end, below 2.5 %.

    Args:
        units: those with a positive row, at least 2: they are the fewer, and decide how well a
            metric is known.
    """
    from scipy.stats import norm, t

    return float(norm.cdf(-math.sqrt(units / (units - 1)) * t.ppf(0.975, units - 1)))


def _difference(question: Question, draws: Array) -> Array:
    ours = question.challenger.measure(question.metric, draws)
    if question.champion is None:
        return ours
    return ours - question.champion.measure(question.metric, draws)


def _draw(random: np.random.Generator, units: int, draws: int) -> Array:
    """How often each unit was drawn, shape (units, draws), each column a sample of `units`."""
    columns = [np.bincount(random.integers(0, units, units), minlength=units) for _ in range(draws)]
    return np.stack(columns, axis=1).astype(np.float64)
