"""Candidates made of candidates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.tasks.classification.ensembles import EnsembleSettings, combine
from penstock.tasks.classification.stack import NothingToLearnOn, stack
from penstock.tasks.classification.trials import ProtocolSettings

ROWS = 400
SPLITS = {
    "time": {"kind": "time", "test_share": 0.25},
    "validation": {"kind": "time", "test_share": 0.25, "within": "time"},
}
PROTOCOL = parse(
    ProtocolSettings, {"unit": "row", "leads_on": "time", "splits": SPLITS}, "protocol"
)
RANDOM = np.random.default_rng(0)
LABEL = RANDOM.integers(0, 2, ROWS)
SIGNATURE = Signature((Input("x"),), {"id": "row", "time": "time", "target": "y"})
DATASET = Dataset(
    {
        "features": pd.DataFrame(
            {"row": np.arange(ROWS), "time": np.arange(ROWS), "x": RANDOM.normal(size=ROWS)}
        ),
        "labels": pd.DataFrame({"row": np.arange(ROWS), "y": pd.array(LABEL, dtype="Int8")}),
    },
    notes={"signature": SIGNATURE.to_notes()},
)


JUDGED = {"time": np.arange(300, 400), "validation": np.arange(225, 300)}


def member(good: float, seed: int, splits: tuple[str, ...] = tuple(JUDGED)) -> pd.DataFrame:
    """Evidence whose scores lean to the label by `good`."""
    random = np.random.default_rng(seed)
    parts = []
    for split in splits:
        rows = JUDGED[split]
        logit = good * (2 * LABEL[rows] - 1) + random.normal(size=len(rows))
        score = 1 / (1 + np.exp(-logit))
        parts.append({"row_id": rows, "unit_id": rows, "score": score, "split": split, "fold": 0})
    return pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)


def test_a_stack_learns_from_the_labels_of_the_choosing_split_alone() -> None:
    members = [member(2.0, 1), member(0.0, 2)]
    settings = EnsembleSettings(method="stack")
    made = combine(members, settings, DATASET, PROTOCOL)
    judged = DATASET.tables["labels"].copy()
    judged.loc[300:, "y"] = 1 - judged.loc[300:, "y"]
    other = Dataset({**DATASET.tables, "labels": judged}, notes=DATASET.notes)
    assert combine(members, settings, other, PROTOCOL).equals(made)
    chosen = pd.DataFrame({"row_id": np.arange(225, 300), "label": LABEL[225:300]})
    assert made.equals(stack(members, chosen, "validation"))


def test_an_ensemble_stands_on_the_splits_that_all_its_members_were_judged_on() -> None:
    made = combine(
        [member(1.0, 1), member(1.0, 2, ("time",))], EnsembleSettings(), DATASET, PROTOCOL
    )
    assert set(made["split"]) == {"time"}
    assert len(made) == 100


def test_a_stack_whose_split_is_not_there_says_so() -> None:
    settings = EnsembleSettings(method="stack", learns_on="validation_28d")
    with pytest.raises(NothingToLearnOn, match="validation_28d"):
        combine([member(1.0, 1), member(1.0, 2)], settings, DATASET, PROTOCOL)
