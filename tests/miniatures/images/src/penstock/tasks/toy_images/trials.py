"""Stratified folds of images; a candidate tells the probability of each class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.contracts import Array, Signature, Trial, View
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings

TAIL_SHARE = 0.15


class ProtocolSettings(Settings):
    """`projects.P.protocol` of a project of images."""

    unit: str = Field("image", description="what the intervals resample")
    leads_on: str = Field(description="the split that orders the leaderboard")
    splits: dict[str, int] = Field(min_length=1, description="number of folds by split")
    bootstrap: int = Field(100, ge=20, description="resamples behind an interval")


def trials(dataset: Dataset, protocol: ProtocolSettings, seed: int) -> Iterator[Trial]:
    """Every fold of every split, then a fit on all images."""
    from sklearn.model_selection import StratifiedKFold

    signature = Signature.from_notes(dataset.notes["signature"])
    target = dataset.tensors[signature.roles["target"]]
    shown = [one.name for one in signature.inputs] + [signature.roles["id"]]

    def view(rows: Array, with_target: bool) -> View:
        data = Dataset(tensors={name: dataset.tensors[name][rows] for name in shown})
        return View(data, signature, target[rows] if with_target else None)

    for name, folds in protocol.splits.items():
        cuts = StratifiedKFold(folds, shuffle=True, random_state=seed).split(target, target)
        for fold, (fit, judged) in enumerate(cuts):
            yield Trial(name, fold, seed, view(fit, True), view(judged, False), None, fit_rows=fit)
    everything = np.arange(len(target))
    yield Trial("final", 0, seed, view(everything, True), None, None, everything)


def tail(view: View) -> tuple[View, View]:
    """The images but for the last 15 %, and those."""
    assert view.target is not None, "only a fit view has a tail"
    cut = round(len(view.target) * (1 - TAIL_SHARE))
    parts = [
        View(
            Dataset(tensors={name: one[part] for name, one in view.data.tensors.items()}),
            view.signature,
            view.target[part],
        )
        for part in (slice(None, cut), slice(cut, None))
    ]
    return parts[0], parts[1]


def observe(candidate: Any, view: View, protocol: ProtocolSettings) -> pd.DataFrame:
    """Columns row_id, unit_id (the image's number) and p0 … p9, the probabilities."""
    number = view.data.tensors[view.signature.roles["id"]]
    proba = candidate.predict_proba(view)
    named = {f"p{label}": proba[:, label] for label in range(proba.shape[1])}
    return pd.DataFrame({"row_id": number, "unit_id": number, **named})


def probabilities(evidence: pd.DataFrame) -> list[str]:
    """The columns p0, p1 …, in the order of the classes."""
    names = [str(name) for name in evidence.columns]
    classes = [int(name[1:]) for name in names if name[0] == "p" and name[1:].isdecimal()]
    return [f"p{one}" for one in sorted(classes)]
