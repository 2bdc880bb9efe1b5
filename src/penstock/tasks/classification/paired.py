"""Two models on the same resamples of units: figures, and intervals of their difference.

Units are resampled and not rows, since rows of one card go together (Field & Welsh, 2007); what
kind of interval it is stands in tasks/resampling.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from penstock.core.contracts import Array
from penstock.tasks.classification.cards import CardDays
from penstock.tasks.classification.curve import RankedRows
from penstock.tasks.resampling import Answer, draw, tail_of

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


def ask(questions: Mapping[str, Question], units: int, draws: int, seed: int) -> dict[str, Answer]:
    """Answer every question on the same `draws` resamples of `units` units.

    Resamples in which a metric has no value (no positive was drawn) do not count for it.
    """
    random = np.random.default_rng(seed)
    resampled: dict[str, list[Array]] = {name: [] for name in questions}
    for start in range(0, draws, BATCH):
        drawn = draw(random, units, min(BATCH, draws - start))
        for name, question in questions.items():
            resampled[name].append(_difference(question, drawn))
    answers = {}
    for name, question in questions.items():
        # Those with a positive row are the fewer, and decide how well a metric is known.
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


def _difference(question: Question, draws: Array) -> Array:
    ours = question.challenger.measure(question.metric, draws)
    if question.champion is None:
        return ours
    return ours - question.champion.measure(question.metric, draws)
