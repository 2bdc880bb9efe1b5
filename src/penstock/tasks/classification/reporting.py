"""What a report shows beside the leaderboard, gathered from the parts that draw it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Report, Signature
from penstock.core.dataset import Dataset
from penstock.tasks.classification.alerting import confusion
from penstock.tasks.classification.card import card
from penstock.tasks.classification.charts import draw
from penstock.tasks.classification.choosing import chosen_on
from penstock.tasks.classification.decisions import decisions_of
from penstock.tasks.classification.slice_table import slice_grid, slices_of
from penstock.tasks.classification.stability import HEADLINE, by_fold, stability
from penstock.tasks.classification.trials import ProtocolSettings, input_key


def reported(
    predictions: Mapping[str, pd.DataFrame],
    dataset: Dataset,
    protocol: ProtocolSettings,
    split: str,
    labels: Mapping[str, str],
    tables: Mapping[str, Mapping[str, str]],
    seed: int,
) -> Report:
    """Curves and tables of all candidates on `split`, which orders the leaderboard.

    Args:
        labels: metric → its name, the headline first.
        tables: of metrics that stand apart from those.
        seed: of the intervals of slices.
    """
    judged = {str(one) for rows in predictions.values() for one in rows["split"].unique()}
    rows = {name: one[one["split"] == split] for name, one in predictions.items()}
    rows = {name: one for name, one in rows.items() if len(one)}
    told = {name: decisions_of(predictions[name]) for name in rows}
    chosen = {name: found[split] for name, found in told.items() if split in found}
    folds = {name: by_fold(one, protocol.daily_top) for name, one in rows.items()}
    leader = max(folds, key=lambda name: np.mean([one[HEADLINE] for one in folds[name].values()]))
    curves, held = stability(folds, labels)
    slices = slices_of(rows[leader], dataset, protocol, seed)
    grids = [confusion(rows, chosen, protocol, split), *held]
    return Report(
        charts=[*draw(rows, protocol, split), *curves],
        grids=[*grids, slice_grid(leader, slices)] if slices else grids,
        notes=[
            *_waiting(protocol, judged, split),
            *_uncalibrated(protocol, split),
            *_copies(dataset, protocol),
        ],
        tables=tables,
        card=card(rows[leader], dataset, protocol, split, chosen.get(leader), slices),
    )


def _waiting(protocol: ProtocolSettings, judged: Collection[str], split: str) -> list[str]:
    """The splits that can't be judged yet."""
    waiting = [name for name in protocol.splits if name not in judged]
    if not waiting:
        return []
    named = ", ".join(f"“{name}”" for name in waiting)
    return [f"Not judged yet, since labels are still to come: {named}. “{split}” leads meanwhile."]


def _uncalibrated(protocol: ProtocolSettings, split: str) -> list[str]:
    """Why scores are no probabilities and nobody chose a threshold."""
    if chosen_on(protocol, split):
        return []
    return [
        "No split of the protocol is called “validation”, so scores are shown as they are: nothing "
        "to learn their calibration from, nothing to choose a threshold on."
    ]


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
