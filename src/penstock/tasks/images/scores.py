"""Labels joined to the evidence, metrics with intervals over images, and what to show."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Estimate, Report, Signature
from penstock.core.dataset import Dataset
from penstock.tasks.images.estimates import estimates
from penstock.tasks.images.measures import Fold
from penstock.tasks.images.reporting import reported
from penstock.tasks.images.trials import ProtocolSettings


def metrics(protocol: ProtocolSettings) -> dict[str, str]:
    """Metric → its label on the page, the headline first."""
    return {
        "accuracy": "Accuracy",
        "macro_f1": "Macro F1",
        "log_loss": "Log loss",
        "ece": "Calibration error",
    }


def leads_on(protocol: ProtocolSettings, judged: Collection[str]) -> str:
    """The protocol's split."""
    return protocol.leads_on


def join(evidence: pd.DataFrame, dataset: Dataset, protocol: ProtocolSettings) -> pd.DataFrame:
    """Evidence with `label`, the class that the image shows."""
    roles = Signature.from_notes(dataset.notes["signature"]).roles
    place = pd.Index(dataset.tensors[roles["id"]]).get_indexer(evidence["row_id"])
    assert (place >= 0).all(), "evidence is of images that the features hold"
    return evidence.assign(label=dataset.tensors[roles["target"]][place].astype(np.int16))


def score(
    predictions: pd.DataFrame, protocol: ProtocolSettings, seed: int
) -> dict[str, dict[str, Estimate]]:
    """{split: {metric: estimate}} of one candidate: means over seeds, intervals over images."""
    return {
        str(split): estimates(rows, protocol, seed)
        for split, rows in predictions.groupby("split", sort=False)
    }


def fold_score(predictions: pd.DataFrame, protocol: ProtocolSettings) -> dict[str, float]:
    """{metric: value} of one fold's joined rows, without intervals."""
    return {metric: float(value[0]) for metric, value in Fold(predictions).measure().items()}


def report(
    predictions: Mapping[str, pd.DataFrame],
    dataset: Dataset,
    protocol: ProtocolSettings,
    explanations: Mapping[str, pd.DataFrame],
) -> Report:
    """Curves, mistakes and what candidates show of themselves, on the leading split."""
    split = protocol.leads_on
    rows = {name: one[one["split"] == split] for name, one in predictions.items()}
    judged = {name: one for name, one in rows.items() if len(one)}
    return reported(judged, dataset, split, metrics(protocol), explanations)
