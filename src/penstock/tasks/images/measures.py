"""All that is measured of one fold, on the data and on many resamples of its images at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from penstock.core.contracts import Array

BINS = 15  # of equal width, as in Guo et al., 2017
BIASED = frozenset({"ece"})  # noise of either sign makes a distance larger


def chances_of(rows: pd.DataFrame) -> Array:
    """The columns p0, p1 … as float64 (n, classes), each row made to sum to 1."""
    named = {int(name[1:]): name for name in map(str, rows.columns) if _is_chance(name)}
    found = rows[[named[label] for label in sorted(named)]].to_numpy(np.float64)
    made: Array = found / found.sum(axis=1, keepdims=True)
    return made


def _is_chance(name: str) -> bool:
    return name[:1] == "p" and name[1:].isdecimal()


class Fold:
    """One fold of joined rows, an image each, reduced to sums so that a resample costs a product.

    Attributes:
        correct: whether the likeliest class is the right one, bool (n,).
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        label, chances = rows["label"].to_numpy(), chances_of(rows)
        told, classes = chances.argmax(axis=1), chances.shape[1]
        self.correct: Array = told == label
        sure = chances.max(axis=1)
        of_label = chances[np.arange(len(label)), label]
        bins = np.clip((sure * BINS).astype(np.int64), 0, BINS - 1)
        each = np.arange(classes)
        self._parts: dict[str, Array] = {
            "rows": np.ones((len(label), 1)),
            "correct": self.correct[:, None].astype(np.float64),
            # A chance of 0 for what was right would cost without end: as far as float32 tells.
            "loss": -np.log(np.maximum(of_label, np.finfo(np.float32).tiny))[:, None],
            "hit": ((label == told)[:, None] & (label[:, None] == each)).astype(np.float64),
            "said": (told[:, None] == each).astype(np.float64),
            "true": (label[:, None] == each).astype(np.float64),
            "excess": (bins[:, None] == np.arange(BINS)) * (sure - self.correct)[:, None],
        }

    def measure(self, draws: Array | None = None) -> dict[str, Array]:
        """Each metric, shape (draws,).

        Args:
            draws: how often each image was drawn, shape (n, draws); None is the data as is.
        """
        if draws is None:
            draws = np.ones((len(self.correct), 1))
        sums = {name: part.T @ draws for name, part in self._parts.items()}
        rows = sums["rows"][0]
        with np.errstate(invalid="ignore"):
            # 2 TP / (2 TP + FP + FN): NaN for a class that is neither there nor named.
            f1 = 2 * sums["hit"] / (sums["said"] + sums["true"])
        return {
            "accuracy": sums["correct"][0] / rows,
            "macro_f1": np.nanmean(f1, axis=0),
            "log_loss": sums["loss"][0] / rows,
            "ece": np.abs(sums["excess"]).sum(axis=0) / rows,
        }


def folds_of(rows: pd.DataFrame) -> list[Fold]:
    """The folds of one split in order of their numbers, the images of each in one order."""
    return [
        Fold(one.sort_values("row_id", ignore_index=True))
        for _, one in rows.groupby("fold", sort=True)
    ]


def mean_measures(folds: Sequence[Fold], draws: Array | None = None) -> dict[str, Array]:
    """Each metric as its mean over the folds, on the same draws, shape (draws,)."""
    measured = [fold.measure(draws) for fold in folds]
    return {name: np.mean([one[name] for one in measured], axis=0) for name in measured[0]}
