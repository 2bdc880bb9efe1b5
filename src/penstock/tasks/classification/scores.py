"""Labels joined to the evidence, metrics with intervals over units, and what to show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Estimate, Report, Signature
from penstock.core.dataset import Dataset
from penstock.tasks.classification.choosing import chosen_on
from penstock.tasks.classification.decisions import decided, decisions_of
from penstock.tasks.classification.estimates import estimates
from penstock.tasks.classification.measures import Fold
from penstock.tasks.classification.reasons import with_reasons
from penstock.tasks.classification.reporting import reported
from penstock.tasks.classification.trials import ProtocolSettings, days_of

SEED = 0  # of the intervals within slices, which no choice hangs on


def metrics(protocol: ProtocolSettings) -> dict[str, str]:
    """Metric → its label on the page, the headline first."""
    named = {"average_precision": "Average precision", "roc_auc": "ROC AUC"}
    if protocol.daily_top:
        named[f"card_precision@{protocol.daily_top}"] = f"Card precision@{protocol.daily_top}"
    return {**named, "brier": "Brier score"}


def leads_on(protocol: ProtocolSettings, judged: Collection[str]) -> str:
    """The protocol's split; while its test days lie ahead, the last of those that are judged."""
    if protocol.leads_on in judged:
        return protocol.leads_on
    return next((name for name in reversed(protocol.splits) if name in judged), protocol.leads_on)


def join(evidence: pd.DataFrame, dataset: Dataset, protocol: ProtocolSettings) -> pd.DataFrame:
    """Evidence with `label` (int8) and, where the features have them, `day` and `amount`.

    Evidence of several splits, as a whole training leaves it, gets besides what is decided on it:
    `probability` and `alert`.

    Raises:
        NoCalendar: the protocol counts days, and the time column has none.
        NoAmount, NotBetweenZeroAndOne: as `decided`.
    """
    signature = Signature.from_notes(dataset.notes["signature"])
    roles = signature.roles
    features = dataset.tables["features"]
    place = pd.Index(features[roles["id"]]).get_indexer(evidence["row_id"])
    assert (place >= 0).all(), "evidence is of rows that the features hold"
    label = dataset.tables["labels"][roles["target"]].iloc[place]
    joined = evidence.assign(label=label.to_numpy(dtype=np.int8))
    if "split" in evidence:  # its names once for each row of each candidate would weigh most
        joined["split"] = evidence["split"].astype("category")
    time = features[roles["time"]].to_numpy()
    counts_days = protocol.daily_top or (protocol.decision and protocol.decision.alerts_a_day)
    if counts_days or time.dtype.kind == "M":
        joined["day"] = days_of(time)[place]
    if "amount" in roles:
        joined["amount"] = features[roles["amount"]].to_numpy()[place]
    whole = "split" in evidence and evidence["split"].nunique() > 1
    return decided(joined, protocol) if whole else joined


def score(
    predictions: pd.DataFrame, protocol: ProtocolSettings, seed: int
) -> dict[str, dict[str, Estimate]]:
    """{split: {metric: estimate}} of one candidate.

    Means are over the folds. Intervals resample units, the same draw for all folds a unit is
    in, since a card that is in four folds is one card.
    """
    return {
        str(split): estimates(rows, protocol, seed)
        for split, rows in predictions.groupby("split", sort=False)
    }


def fold_score(predictions: pd.DataFrame, protocol: ProtocolSettings) -> dict[str, float]:
    """{metric: value} of one fold's joined rows, without intervals."""
    unit, units = pd.factorize(predictions["unit_id"])
    fold = Fold(predictions, unit, len(units), protocol.daily_top)
    return {metric: float(value[0]) for metric, value in fold.measure().items()}


def decisions(
    predictions: Mapping[str, pd.DataFrame], dataset: Dataset, protocol: ProtocolSettings
) -> dict[str, Any]:
    """{candidate: how its scores become alerts}, for those that were judged on a choosing split.

    `calibration` (see calibration.py), `rule`, `threshold` are those for the leading split, and
    so for the model that may be promoted; `elsewhere` holds those of splits chosen for otherwise.
    """
    found = {}
    for name, rows in predictions.items():
        by_split = decisions_of(rows)
        split = leads_on(protocol, by_split)
        if split in by_split:
            elsewhere = {
                other: one
                for other, one in by_split.items()
                if one["chosen_on"] not in (other, by_split[split]["chosen_on"])
            }
            found[name] = {**by_split[split], **({"elsewhere": elsewhere} if elsewhere else {})}
    return found


def report(
    predictions: Mapping[str, pd.DataFrame],
    dataset: Dataset,
    protocol: ProtocolSettings,
    explanations: Mapping[str, pd.DataFrame],
) -> Report:
    """Curves, decisions and parts of the leading split."""
    judged = {str(one) for rows in predictions.values() for one in rows["split"].unique()}
    split = leads_on(protocol, judged)
    own = _tables(protocol, dataset.notes.get("currency", {}).get("code", ""))
    found = reported(predictions, dataset, protocol, split, metrics(protocol), own, SEED)
    return with_reasons(found, explanations, predictions, dataset, split)


def _tables(protocol: ProtocolSettings, currency: str) -> dict[str, dict[str, str]]:
    """Metrics that stand in tables of their own: {title: {metric: label}}."""
    money = f", {currency}" if currency else ""
    found = {}
    if protocol.calibration:
        found["Calibration"] = {
            "ece": "Calibration error",
            "ece_calibrated": f"Calibration error, {protocol.calibration}",
            "brier": "Brier score",
            "brier_calibrated": f"Brier score, {protocol.calibration}",
        }
    if any(chosen_on(protocol, name) for name in protocol.splits):
        found["Decisions"] = {
            "alerts_a_day": "Alerts a day",
            "alert_share": "Alerts among rows",
            "alert_precision": "Precision of alerts",
            "alert_recall": "Recall of alerts",
            "unit_recall": f"Recall by {protocol.unit}",
            "saved_a_day": f"Saved a day{money}",
            "saved": f"Saved{money}",
        }
    return found
