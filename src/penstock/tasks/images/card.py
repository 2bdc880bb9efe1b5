"""What the model card says of a candidate that its page does not know: from data and figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.contracts import Signature
from penstock.core.dataset import Dataset
from penstock.tasks.images.measures import chances_of


def card(dataset: Dataset, rows: pd.DataFrame, split: str) -> list[tuple[str, str]]:
    """(heading, text) of the leader, whose joined rows on the leading split are `rows`."""
    signature = Signature.from_notes(dataset.notes["signature"])
    classes = dataset.notes["classes"]
    learnt = int((dataset.tensors[signature.roles["part"]] == 0).sum())
    shape = " × ".join(map(str, signature.inputs[0].shape))
    seeds = rows["fold"].nunique()
    label = rows["label"].to_numpy()
    wrong = chances_of(rows).argmax(axis=1) != label
    rates = pd.Series(wrong).groupby(label).mean()
    worst = int(np.argmax(rates.reindex(range(len(classes)), fill_value=0.0)))
    return [
        (
            "Intended use",
            f"Which of {len(classes)} classes ({', '.join(classes)}) an image of {shape} bytes "
            "shows, with a chance for each. It knows no “none of these”.",
        ),
        ("Learnt from", f"{learnt:,} images."),
        (
            "Judged on",
            f"{rows['row_id'].nunique():,} images of the split “{split}”, by {seeds} "
            f"fit{'s that differ in their seed' if seeds > 1 else ''}.",
        ),
        (
            "Weakest class",
            f"{classes[worst]}: {rates[worst] * 100:.2f} % of its images are told wrongly, "
            f"{float(np.mean(wrong)) * 100:.2f} % of all.",
        ),
    ]
