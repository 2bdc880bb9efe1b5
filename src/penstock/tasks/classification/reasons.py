"""What a candidate's scores are made of: its alerts of each day, and a sample for the plots."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Trial, View
from penstock.core.dataset import Dataset
from penstock.core.lever import Lever
from penstock.scoring.counterfactual import passing

if TYPE_CHECKING:
    from penstock.tasks.classification.trials import ProtocolSettings

ALERTS = 20  # of a day
SAMPLE = 1000  # rows of a fold


def explain(candidate: Any, trial: Trial, protocol: ProtocolSettings) -> pd.DataFrame | None:
    """Contributions to the scores of some rows that a fold of the leading split judges.

    Returns:
        Columns row_id, part, score, cut, passes_from, passes_below, base and one per input; None
        where nothing is told. Part `alert` holds the rows of the `ALERTS` highest-scored cards of
        each day, highest first; `sample` holds rows drawn at random. `cut` is the highest score
        of the day that would not have been looked at (`daily_top` cards are); for passes_from and
        passes_below see `counterfactual.passing`, they are NaN where amounts are not known.
    """
    view = trial.eval_view
    if view is None or trial.split != protocol.leads_on or not hasattr(candidate, "contributions"):
        return None
    score = candidate.predict_proba(view)
    alerts, cut = _alerts(view, score, protocol.daily_top)
    random = np.random.default_rng(trial.seed)
    sample = np.sort(random.choice(len(score), min(SAMPLE, len(score)), replace=False))
    rows = np.concatenate([alerts, sample])
    chosen = _some(view, rows)
    told = pd.DataFrame(
        {
            "row_id": chosen.data.tables["features"][view.signature.roles["id"]],
            "part": np.repeat(["alert", "sample"], [len(alerts), len(sample)]),
            "score": score[rows],
            "cut": np.concatenate([cut, np.full(len(sample), np.nan)]),
        }
    )
    passes = _passes(candidate, _some(view, alerts), cut)
    shares: pd.DataFrame = candidate.contributions(chosen).to_frame()
    return pd.concat([told, passes, shares], axis=1)


def _alerts(view: View, score: Array, daily_top: int | None) -> tuple[Array, Array]:
    """Positions of the alerts, by day and falling score, and the cut of the day of each.

    A card is looked at once a day, for its highest score. Without a number of cards a day, all
    days are one, and only the alerts told of are looked at.
    """
    roles, frame = view.signature.roles, view.data.tables["features"]
    day = frame[roles["time"]].dt.floor("D") if daily_top else 0
    card = frame[roles.get("entity", roles["id"])]
    ranked = pd.DataFrame({"day": day, "card": card, "score": score})
    ranked = ranked.sort_values(["day", "score", "card"], ascending=[True, False, True])
    ranked = ranked.drop_duplicates(["day", "card"])
    place = ranked.groupby("day").cumcount()
    beyond = ranked[place == (daily_top or ALERTS)].set_index("day")["score"]
    alerts = ranked[place < min(ALERTS, daily_top or ALERTS)]
    # Where all cards of a day can be looked at, none passes.
    cut = alerts["day"].map(beyond).fillna(0.0)
    return alerts.index.to_numpy(), cut.to_numpy(np.float64)


def _passes(candidate: Any, alerts: View, cut: Array) -> pd.DataFrame:
    """Nothing known, where the model is no step function or the project names no amount."""
    lever = alerts.data.notes.get("lever")
    if lever is None or not hasattr(candidate, "thresholds"):
        return pd.DataFrame(np.nan, index=range(len(cut)), columns=["passes_from", "passes_below"])
    return passing(candidate, alerts, Lever.from_notes(lever), cut)


def _some(view: View, rows: Array) -> View:
    """Rows of a view, by their positions."""
    frame = view.data.tables["features"].iloc[rows].reset_index(drop=True)
    data = Dataset({"features": frame}, notes=view.data.notes)
    return replace(view, data=data, past=view.past.of(rows) if view.past else None)
