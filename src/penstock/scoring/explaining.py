"""What a candidate's scores are made of: its alerts of each day, and a sample for the plots."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, View
from penstock.core.dataset import Dataset
from penstock.core.lever import Lever
from penstock.scoring.counterfactual import Worth, by_score, passing

ALERTS = 20  # of a day
SAMPLE = 1000  # rows of a view


def explained(candidate: Any, view: View, daily_top: int | None, seed: int) -> pd.DataFrame:
    """Contributions to the scores of some rows of a view that a candidate is judged on.

    Args:
        candidate: one that offers `contributions`; where it offers `thresholds` too, and the
            notes of the data a `lever`, amounts that would pass are told.
        daily_top: entities that are looked at a day.
        seed: of the sample.

    Returns:
        Columns row_id, part, score, cut, passes_from, passes_below, one per input and base, see
        `Contributions.to_frame`. Part `alert` holds the rows of the `ALERTS` highest-scored
        entities of each day, highest first; `sample` holds rows drawn at random. `cut` is the
        highest score of the day that is not looked at, NaN where all are; passes_from and
        passes_below stand as in `counterfactual.passing`, NaN where nothing is told.
    """
    score = candidate.predict_proba(view)
    alerts, cut = _alerts(view, score, daily_top)
    random = np.random.default_rng(seed)
    sample = np.sort(random.choice(len(score), min(SAMPLE, len(score)), replace=False))
    rows = np.concatenate([alerts, sample])
    chosen = some(view, rows)
    told = pd.DataFrame(
        {
            "row_id": chosen.data.tables["features"][view.signature.roles["id"]],
            "part": np.repeat(["alert", "sample"], [len(alerts), len(sample)]),
            "score": score[rows],
            "cut": np.concatenate([cut, np.full(len(sample), np.nan)]),
        }
    )
    passes = passes_of(candidate, some(view, alerts), cut)
    shares: pd.DataFrame = candidate.contributions(chosen).to_frame()
    return pd.concat([told, passes, shares], axis=1)


def some(view: View, rows: Array) -> View:
    """Rows of a view that holds a table `features`, by their positions; without a target."""
    frame = view.data.tables["features"].iloc[rows].reset_index(drop=True)
    data = Dataset({"features": frame}, notes=view.data.notes)
    return replace(view, data=data, target=None, past=view.past.of(rows) if view.past else None)


def _alerts(view: View, score: Array, daily_top: int | None) -> tuple[Array, Array]:
    """Positions of the alerts, by day and falling score, and the cut of the day of each, or NaN.

    An entity is looked at once a day, for its highest score. Without a number of them, all days
    are one, and only the alerts told of are looked at.
    """
    roles, frame = view.signature.roles, view.data.tables["features"]
    day = frame[roles["time"]].dt.floor("D") if daily_top else 0
    entity = frame[roles.get("entity", roles["id"])]
    ranked = pd.DataFrame({"day": day, "entity": entity, "score": score})
    ranked = ranked.sort_values(["day", "score", "entity"], ascending=[True, False, True])
    ranked = ranked.drop_duplicates(["day", "entity"])
    place, top = ranked.groupby("day").cumcount(), daily_top or ALERTS
    beyond = ranked[place == top].set_index("day")["score"]
    alerts = ranked[place < min(ALERTS, top)]
    return alerts.index.to_numpy(), alerts["day"].map(beyond).to_numpy(np.float64)


def passes_of(candidate: Any, alerts: View, cut: Array, worth: Worth = by_score) -> pd.DataFrame:
    """See `counterfactual.passing`.

    NaN where the model is no function of steps, or the project names no amount.
    """
    lever = alerts.data.notes.get("lever")
    if lever is None or not hasattr(candidate, "thresholds"):
        return pd.DataFrame(np.nan, index=range(len(cut)), columns=["passes_from", "passes_below"])
    return passing(candidate, alerts, Lever.from_notes(lever), cut, worth)
