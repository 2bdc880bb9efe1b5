"""What the chosen thresholds led to on the judged rows, and the rule in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from penstock.core.contracts import Grid
from penstock.tasks.classification.decisions import Decision
from penstock.tasks.classification.trials import ProtocolSettings

HALF = 0.5  # where there was nothing to choose a threshold on


def confusion(
    rows: Mapping[str, pd.DataFrame],
    decisions: Mapping[str, Decision],
    protocol: ProtocolSettings,
    split: str,
) -> Grid:
    """Judged rows by what was decided and what was true, of each candidate."""
    body = []
    for name, one in rows.items():
        threshold = decisions[name]["threshold"] if name in decisions else HALF
        alert = one["alert"] if name in decisions else one["score"] >= threshold
        fraud = one["label"] == 1
        cells = [alert & fraud, alert & ~fraud, ~alert & fraud, ~alert & ~fraud]
        body.append([name, f"{threshold:.4f}", *(f"{int(cell.sum()):,}" for cell in cells)])
    chosen = next(iter(decisions.values()), None)
    what = measured(protocol)
    why = rule(chosen, protocol) if chosen else "0.5, since there is no split to choose it on"
    return Grid(
        title="Confusion at the chosen threshold",
        columns=["candidate", "threshold", "found", "false alarms", "missed", "passed"],
        rows=body,
        caption=f"A row is alerted when {what} is the threshold or more: {why}. "
        f"Counted on “{split}”.",
    )


def measured(protocol: ProtocolSettings) -> str:
    """What the threshold is of, in words."""
    costs = protocol.decision and protocol.decision.costs
    return "the money that is expected to save" if costs else "its score"


def rule(decision: Decision, protocol: ProtocolSettings) -> str:
    """How the threshold came about, in words."""
    asked, where = protocol.decision, f"on “{decision['chosen_on']}”"
    if asked is None:
        return f"the best F1 {where}"
    budget = f"{asked.alerts_a_day:g} alerts a day {where}" if asked.alerts_a_day else ""
    if asked.costs is None:
        return budget
    costs = asked.costs
    missed = f"a miss {100 * costs.loss_share:g} % of its amount"
    if costs.loss_fixed:
        missed += f" and {costs.loss_fixed:g}"
    terms = [f"a review costs {costs.review:g}", missed]
    if costs.false_alarm:
        terms.append(f"a false alarm {costs.false_alarm:g}")
    if budget:
        terms.append(f"at most {budget}")
    return ", ".join(terms)
