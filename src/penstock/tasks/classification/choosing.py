"""Which split is chosen on for which, and what is learnt on it without looking at itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.contracts import Array
from penstock.tasks.classification.trials import ProtocolSettings

CHOOSING = "validation"  # what the names of splits begin with that nothing is judged on
PARTS = 5  # where a choosing split has one fold


def chosen_on(protocol: ProtocolSettings, split: str) -> str | None:
    """The choosing split most like `split`: of its kind, with as long a training; None if none."""
    choosing = [name for name in protocol.splits if name.startswith(CHOOSING)]
    if split in choosing or not choosing:
        return split if choosing else None
    asked = protocol.splits[split]

    def unlike(name: str) -> tuple[bool, bool]:
        one = protocol.splits[name]
        return one.kind != asked.kind, one.train_days != asked.train_days

    return min(choosing, key=unlike)


def parts_of(rows: pd.DataFrame) -> Array:
    """Codes of the parts of a choosing split, shape (rows,), none of which judges itself.

    Its folds, a row that is in several being of the first; where there is one fold alone, its
    units dealt out in turn.
    """
    if rows["fold"].nunique() == 1:
        dealt: Array = pd.factorize(rows["unit_id"])[0] % PARTS
        return dealt
    place, found = pd.factorize(rows["row_id"])
    first = np.full(len(found), np.iinfo(np.int64).max)
    np.minimum.at(first, place, rows["fold"].to_numpy(dtype=np.int64))
    return np.asarray(np.unique(first[place], return_inverse=True)[1])
