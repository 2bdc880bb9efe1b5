"""What the model card says of a classifier that its page does not know: from data and protocol."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from penstock.core.contracts import Signature
from penstock.core.dataset import Dataset
from penstock.tasks.classification.alerting import measured, rule
from penstock.tasks.classification.decisions import Decision
from penstock.tasks.classification.slice_table import Slice, weakest
from penstock.tasks.classification.trials import ProtocolSettings, Rows, final_rows


def card(
    rows: pd.DataFrame,
    dataset: Dataset,
    protocol: ProtocolSettings,
    split: str,
    decision: Decision | None,
    slices: Sequence[Slice],
) -> list[tuple[str, str]]:
    """(heading, text) of the leader, whose joined rows on the leading split are `rows`."""
    signature = Signature.from_notes(dataset.notes["signature"])
    target, cut = signature.roles["target"], protocol.splits[split]
    said = [
        (
            "Intended use",
            f"The chance that a row's “{target}” is 1, from {len(signature.inputs)} inputs known "
            "when the row comes in.",
        )
    ]
    if cut.kind == "prequential":
        said.append(
            (
                "Training window",
                f"{cut.train_days} days, then {cut.delay_days} days until their labels are known, "
                f"then {cut.test_days} days that are judged. {_final(dataset, protocol)}",
            )
        )
    else:
        said.append(("Training window", _final(dataset, protocol)))
    said.append(("Judged on", _judged(rows, protocol, split)))
    if decision:
        least = f"{measured(protocol)} is {decision['threshold']:.4g} or more"
        said.append(
            ("Decision rule", f"A row is alerted when {least}: {rule(decision, protocol)}.")
        )
    if decision and decision["calibration"]:
        said.append(
            (
                "Probabilities",
                f"By {decision['calibration']['method']} calibration on “{decision['chosen_on']}”, "
                f"{decision['positives']:,} positive of {decision['n']:,} rows.",
            )
        )
    worst = weakest(list(slices))
    if worst:
        said.append(("Weakest slices", "; ".join(worst) + "."))
    limits = _limits(rows, protocol, decision, slices)
    return [*said, ("Limits", " ".join(limits))] if limits else said


def _final(dataset: Dataset, protocol: ProtocolSettings) -> str:
    """The rows of the fit that may be promoted."""
    rows = Rows(dataset)
    fit = final_rows(rows, protocol.splits[protocol.leads_on])
    times = rows.time[fit]
    if times.dtype.kind == "M":
        window = f"{str(times.min())[:10]} to {str(times.max())[:10]}"
    else:
        window = f"{times.min():,g} to {times.max():,g}"
    return f"The model that may be promoted learnt from {len(fit):,} rows, {window}."


def _judged(rows: pd.DataFrame, protocol: ProtocolSettings, split: str) -> str:
    positive = int(rows["label"].sum())
    said = f"Split “{split}”: {len(rows):,} rows, {positive:,} of them positive"
    units = rows["unit_id"].nunique()
    if units < len(rows):
        said += f", of {units:,} units “{protocol.unit}”"
    if "day" in rows:
        said += f", {str(rows['day'].min())[:10]} to {str(rows['day'].max())[:10]}"
    folds = rows["fold"].nunique()
    return f"{said}, in {folds} folds." if folds > 1 else f"{said}."


def _limits(
    rows: pd.DataFrame,
    protocol: ProtocolSettings,
    decision: Decision | None,
    slices: Sequence[Slice],
) -> list[str]:
    """What is not known, and how far what was chosen was met."""
    said = []
    untold = [f"{one.column} {one.value}" for one in slices if one.positives and not one.estimates]
    if untold:
        said.append(f"Too few positives to judge: {', '.join(untold)}.")
    if decision is None:
        said.append("No threshold was chosen: no split is kept for it.")
    asked = protocol.decision.alerts_a_day if protocol.decision else None
    if asked and decision and "day" in rows:
        daily = rows.groupby(["fold", "day"])["alert"].sum().to_numpy()
        said.append(
            f"The budget of {asked:g} alerts a day holds on average where it was chosen; on the "
            f"judged days there were {np.min(daily):,} to {np.max(daily):,}."
        )
    if any(cut.kind == "prequential" for cut in protocol.splits.values()):
        said.append(
            f"A {protocol.unit} whose positives are known already is judged no more, so nothing "
            "is said of those."
        )
    return said
