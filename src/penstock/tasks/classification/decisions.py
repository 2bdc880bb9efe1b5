"""When a score becomes an alert: learnt on a choosing split, as plain JSON that serving applies.

With costs a row is alerted for what that is expected to save, which depends on its amount:
Elkan, The Foundations of Cost-Sensitive Learning, IJCAI 2001, section 2; Bahnsen et al.,
Example-Dependent Cost-Sensitive Decision Trees, 2015.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from penstock.core.alerting import Costs, DecisionSettings
from penstock.core.contracts import Array
from penstock.core.errors import PenstockError
from penstock.tasks.classification.calibration import learn, probability
from penstock.tasks.classification.choosing import chosen_on, parts_of
from penstock.tasks.classification.curve import counts
from penstock.tasks.classification.trials import ProtocolSettings

Decision = dict[str, Any]
FREE = Costs.model_validate({"review": 0.0})
DECISIONS = "decisions"  # among the attributes of joined rows


class NoAmount(PenstockError):
    """Costs were asked for that depend on the amount, and no column is one."""

    def __init__(self) -> None:
        super().__init__(
            "projects.P.judging.decision.costs weighs amounts, but no column plays the role "
            "amount\n  fix: add its column to the roles of the Signature in the project's "
            "features.py, as in {…, 'amount': 'amount'}"
        )


def decided(rows: pd.DataFrame, protocol: ProtocolSettings) -> pd.DataFrame:
    """Joined rows of one candidate with what was decided on them.

    Columns `probability`, where the protocol calibrates, and `alert`; both are missing on splits
    whose choosing split was not judged. Nothing is added where the protocol has no such split.

    Raises:
        NoAmount: costs need it.
        NotBetweenZeroAndOne: beta calibration of scores that are no shares.
    """
    code, names = pd.factorize(rows["split"])
    chosen = [chosen_on(protocol, str(name)) for name in names]
    if not any(chosen):
        return rows
    chance, alert = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=bool)
    undecided = np.ones(len(rows), dtype=bool)
    by_split: dict[str, Decision] = {}
    for place, name in enumerate(map(str, names)):
        if chosen[place] != name:
            continue
        served = np.flatnonzero(np.isin(code, [i for i, one in enumerate(chosen) if one == name]))
        here, choosing = rows.iloc[served], code[served] == place
        if here["label"].to_numpy()[choosing].all() or not here["label"].to_numpy()[choosing].any():
            continue
        calibration = None
        if protocol.calibration:
            calibration, chance[served] = _calibrated(here, choosing, protocol)
            here = here.assign(probability=chance[served])
        threshold = threshold_of(here[choosing], protocol.decision)
        alert[served] = worth(here, protocol.decision) >= threshold
        undecided[served] = False
        decision = {
            "chosen_on": name,
            "n": int(choosing.sum()),
            "positives": int(here["label"].to_numpy()[choosing].sum()),
            "calibration": calibration,
            "rule": protocol.decision.model_dump() if protocol.decision else None,
            "threshold": threshold,
        }
        by_split |= {str(names[i]): decision for i, one in enumerate(chosen) if one == name}
    learnt = {"probability": chance} if protocol.calibration else {}
    made = rows.assign(**learnt, alert=pd.arrays.BooleanArray(alert, undecided))
    made.attrs[DECISIONS] = by_split
    return made


def decisions_of(rows: pd.DataFrame) -> dict[str, Decision]:
    """{split: how its scores became alerts} of rows that `decided` gave."""
    found: dict[str, Decision] = rows.attrs.get(DECISIONS, {})
    return found


def worth(rows: pd.DataFrame, decision: DecisionSettings | None) -> Array:
    """What is compared with the threshold, shape (rows,): the score, or the money to be saved.

    Raises:
        NoAmount: costs need it.
    """
    if decision is None or decision.costs is None:
        return rows["score"].to_numpy()
    return saved(rows, decision.costs, rows["probability"].to_numpy())


def saved(rows: pd.DataFrame, costs: Costs | None, chance: Array) -> Array:
    """Money that an alert saves, shape (rows,), where a row is positive with `chance`.

    Without costs looking is free, and an alert that is right saves the whole amount.

    Raises:
        NoAmount: no column plays that role.
    """
    if "amount" not in rows:
        raise NoAmount
    costs = costs or FREE
    loss = rows["amount"].to_numpy(dtype=np.float64) * costs.loss_share + costs.loss_fixed
    return np.asarray(chance * loss - costs.review - (1 - chance) * costs.false_alarm)


def threshold_of(choosing: pd.DataFrame, decision: DecisionSettings | None) -> float:
    """The least that becomes an alert, chosen on the joined rows of a choosing split.

    Within the budget on average over its days; of money, never less than none. Without a
    decision in the protocol, the threshold of the best F1.
    """
    value = worth(choosing, decision)
    if decision is None:
        threshold, hits, false = counts(choosing["label"].to_numpy(dtype=np.int64), value)
        return float(threshold[np.argmax(2 * hits / (hits + false + hits[-1]))])
    least = 0.0 if decision.costs else -np.inf
    if decision.alerts_a_day is None:
        return least
    ranked = np.sort(value)[::-1]
    most = int(decision.alerts_a_day * len(choosing[["fold", "day"]].drop_duplicates()))
    if most >= len(ranked):
        return max(least, float(ranked[-1]))
    # Above the first that is too many: what ties with it would be too many as well.
    above = ranked[ranked > ranked[most]]
    return max(least, float(above[-1] if len(above) else np.nextafter(ranked[0], np.inf)))


def _calibrated(
    rows: pd.DataFrame, choosing: Array, protocol: ProtocolSettings
) -> tuple[dict[str, Any], Array]:
    """The map learnt on all rows of the choosing split, and the probability of each of `rows`.

    A row whose label is learnt from gets its own from a map learnt without its part of the
    choosing split, wherever it stands: another split may judge it too.
    """
    assert protocol.calibration is not None
    score, label = rows["score"].to_numpy(), rows["label"].to_numpy()
    whole = learn(protocol.calibration, score[choosing], label[choosing])
    chance = probability(whole, score)
    part = pd.Series(parts_of(rows[choosing]), index=rows["row_id"].to_numpy()[choosing])
    part = part[~part.index.duplicated()]
    of_row = part.reindex(rows["row_id"].to_numpy(), fill_value=-1).to_numpy()
    for held in np.unique(part):
        without = choosing & (of_row != held)
        learnt = learn(protocol.calibration, score[without], label[without])
        chance[of_row == held] = probability(learnt, score[of_row == held])
    return whole, chance
