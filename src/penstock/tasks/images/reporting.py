"""What a report of images shows beside the leaderboard, gathered from the parts that make it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from penstock.core.dataset import Dataset
from penstock.pages.pictures import Illustrated
from penstock.tasks.images.card import card
from penstock.tasks.images.charts import calibration_chart, class_chart, referral_chart
from penstock.tasks.images.inside import inside
from penstock.tasks.images.measures import chances_of
from penstock.tasks.images.mistakes import confusion, missed_by_most, worst
from penstock.tasks.images.tables import apart, by_heart, rebuilt, seeds


def reported(
    rows: Mapping[str, pd.DataFrame],
    dataset: Dataset,
    split: str,
    labels: Mapping[str, str],
    explanations: Mapping[str, pd.DataFrame],
) -> Illustrated:
    """Charts, tables and pictures of the candidates.

    Args:
        rows: joined rows of the leading split, by candidate.
        labels: metric → its name, the headline first.
        explanations: what each candidate shows of itself, see `trials.explain`.
    """
    told = {name: mean_chances(one) for name, one in rows.items()}
    order = sorted(rows, key=lambda name: -accuracy(rows[name]))
    shown = {name: explanations[name] for name in order if name in explanations}
    leader = order[0]
    grids = [seeds(rows), apart(rows, leader), by_heart(rows, shown), *rebuilt(shown)]
    return Illustrated(
        charts=[
            class_chart(rows, dataset.notes["classes"]),
            referral_chart(told),
            calibration_chart(told),
        ],
        grids=[one for one in grids if one.rows],
        card=card(dataset, rows[leader], split),
        counts=[confusion(leader, rows[leader], dataset.notes["classes"])],
        sheets=[
            worst(leader, told[leader], dataset),
            *missed_by_most(told, dataset),
            *inside(shown, dataset),
        ],
    )


def mean_chances(rows: pd.DataFrame) -> pd.DataFrame:
    """Of each image once: row_id, label, told, sure (the chance of what is told), of_label.

    Chances are the mean over the seeds: what the fits say together.
    """
    chances = pd.DataFrame(chances_of(rows)).groupby(rows["row_id"].to_numpy()).mean()
    label = rows.groupby("row_id")["label"].first().to_numpy()
    values = chances.to_numpy()
    return pd.DataFrame(
        {
            "row_id": chances.index.to_numpy(),
            "label": label,
            "told": values.argmax(axis=1),
            "sure": values.max(axis=1),
            "of_label": values[np.arange(len(label)), label],
        }
    )


def accuracy(rows: pd.DataFrame) -> float:
    """Of the fits, each by itself."""
    return float((chances_of(rows).argmax(axis=1) == rows["label"].to_numpy()).mean())
