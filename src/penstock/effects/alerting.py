"""What a candidate's score is compared with before somebody is alerted, as evaluate decided it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from penstock.core.alerting import Costs
from penstock.core.contracts import Array
from penstock.core.files import read_json
from penstock.core.workspace import load_part
from penstock.scoring.counterfactual import Worth, by_score


@dataclass(frozen=True)
class Alerting:
    """When a row becomes an alert.

    Attributes:
        threshold: the least worth that does; NaN where nobody decided.
        worth: of scores and amounts: the score itself, or the money that an alert saves.
    """

    threshold: float = float("nan")
    worth: Worth = by_score

    def saves(self, score: float, amount: float) -> float | None:
        """The money that alerting on a row saves; None where the score alone decides."""
        if self.worth is by_score:
            return None
        return float(self.worth(np.array([score]), np.array([amount]))[0])


def alerting(root: Path, task: str, project: str, candidate: str) -> Alerting:
    """Read what reports/`project`/decisions.json says of a candidate."""
    path = root / "reports" / project / "decisions.json"
    decision = read_json(path).get(candidate) if path.is_file() else None
    if decision is None:
        return Alerting()
    threshold, rule = float(decision["threshold"]), decision["rule"]
    if not (rule and rule["costs"]):
        return Alerting(threshold)
    decisions, calibration = (load_part("task", task, one) for one in ("decisions", "calibration"))
    costs, learnt = Costs(**rule["costs"]), decision["calibration"]

    def saved(score: Array, amount: Array) -> Array:
        chance = calibration.probability(learnt, score)
        money: Array = decisions.saved(pd.DataFrame({"amount": amount}), costs, chance)
        return money

    return Alerting(threshold, saved)
