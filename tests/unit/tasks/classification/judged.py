"""Joined rows of one candidate on a choosing and a judged split; seeded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from penstock.core.settings import parse
from penstock.tasks.classification.trials import ProtocolSettings

WINDOW = {"kind": "prequential", "train_days": 7, "delay_days": 7, "test_days": 7}
SPLITS = {
    "validation": {**WINDOW, "starts": ["2018-06-20", "2018-06-27"]},
    "test": {**WINDOW, "starts": ["2018-07-25", "2018-08-01"]},
}


def protocol(**changes: Any) -> ProtocolSettings:
    value = {"unit": "card", "leads_on": "test", "splits": SPLITS, "bootstrap": 40}
    return parse(ProtocolSettings, value | changes, "projects.P.protocol")


def judged(rows: int = 4000, seed: int = 0, splits: tuple[str, ...] = ("validation", "test")):
    """`rows` of two folds a split: scores whose square is the chance of a positive."""
    random = np.random.default_rng(seed)
    parts = []
    for number, split in enumerate(splits):
        score = random.beta(0.5, 3, rows)
        fold = np.arange(rows) * 2 // rows
        week = np.datetime64("2018-07-04") + 35 * number + 7 * fold
        parts.append(
            pd.DataFrame(
                {
                    "row_id": np.arange(rows) + number * rows,
                    "unit_id": random.integers(0, rows // 10, rows),
                    "split": split,
                    "fold": fold,
                    "score": score,
                    "label": (random.random(rows) < score**2).astype(np.int8),
                    "day": week + random.integers(0, 7, rows),
                    "amount": random.gamma(1, 50, rows).round(2),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
