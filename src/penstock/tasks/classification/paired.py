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
from penstock.tasks.classification.measures import Sums, add_calibration, brier_of, ece_of
from penstock.tasks.resampling import Answer, draw, tail_of

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
        self.positive_units = len(np.unique(unit[label == 1]))
        self.ranked = RankedRows(label, score, unit, units)
        self.sums = Sums(unit, units)
        self.sums.add("rows", np.ones(len(rows)))
        add_calibration(self.sums, label, score, "score")
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
        if metric in ("average_precision", "roc_auc"):
            return self.ranked.measure(draws)[metric]
        of = {"brier": brier_of, "expected_calibration_error": ece_of}[metric]
        with np.errstate(invalid="ignore"):
            return of(self.sums.drawn(draws), "score")


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
