"""experiment: two models that answered at one time, compared on what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from penstock.core.config import Params
from penstock.core.contracts import Array
from penstock.serving.experiment.errors import NothingLabelled
from penstock.serving.experiment.estimate import Estimate, between, within
from penstock.serving.experiment.guards import Guard, not_finite, sample_ratio, score_drift
from penstock.serving.experiment.known import known_labels
from penstock.serving.experiment.scored import Scored, scored
from penstock.serving.experiment.settings import ExperimentSettings, Metric, experiment_settings
from penstock.serving.experiment.verdict import judge
from penstock.serving.log.labels import open_labels
from penstock.serving.log.opening import open_reader
from penstock.serving.rollout.settings import rollout_settings

CLIP = 1e-15  # of a probability whose logarithm is taken
METRICS: dict[Metric, Callable[[Array, Array], Array]] = {
    "brier": lambda score, label: (score - label) ** 2,
    "log_loss": lambda score, label: (
        -np.log(np.clip(np.where(label == 1, score, 1 - score), CLIP, 1))
    ),
    "label": lambda score, label: label,
}


def experiment(
    root: Path, params: Params, project: str, since: date | None = None
) -> dict[str, Any]:
    """Compare the champion with the model that answers, or scores, beside it.

    Args:
        since: leave out what was answered before that day, in UTC.

    Returns:
        `project`, `mode`, `metric`, `from`, `to`, `champion` and `challenger` {candidate, key,
        value, entities, events}, `labelled` (share of the events), `moved`, then what
        `verdict.judge` says, `guards`, and `says`.

    Raises:
        UnknownName, ParamsError: no such project, or its block is not as it should be.
        NothingToCompare: only one model answered.
        NothingLabelled: nothing is known of what became of it.
        PenstockError: the log can't be read.
    """
    params.project(project)
    settings = experiment_settings(params, project)
    seen = scored(open_reader(root), project, since)
    label = known_labels(root, project, open_labels(root), seen.event_id)
    estimate = _estimate(seen, label, settings.metric)
    if estimate is None:
        raise NothingLabelled(project, len(label))
    guards = _guards(seen, rollout_settings(params, project).share, settings)
    days = (seen.last - seen.first).total_seconds() / 86_400
    told = judge(estimate, guards, settings, days)
    pairs = zip(
        ("champion", "challenger"),
        (seen.champion_model, seen.challenger_model),
        (estimate.champion, estimate.challenger),
        estimate.entities,
        estimate.events,
        strict=True,
    )
    return {
        "project": project,
        "mode": seen.mode,
        "metric": settings.metric,
        "from": seen.first.isoformat(),
        "to": seen.last.isoformat(),
        **{
            side: {**asdict(model), "value": value, "entities": entities, "events": events}
            for side, model, value, entities, events in pairs
        },
        "labelled": float(np.isfinite(label).mean()),
        "moved": seen.moved,
        **told,
        "guards": [asdict(guard) for guard in guards],
    }


def _estimate(seen: Scored, label: Array, metric: Metric) -> Estimate | None:
    """On the events with a label and finite scores; None where an arm has none."""
    known = np.isfinite(label) & np.isfinite(seen.scores)
    measure = METRICS[metric]
    if seen.beside is not None:
        known &= np.isfinite(seen.beside)
        sides = [measure(score[known], label[known]) for score in (seen.scores, seen.beside)]
        return within(sides[0], sides[1], seen.entity[known]) if known.any() else None
    value = measure(seen.scores[known], label[known])
    arm = seen.challenger[known]
    return between(value, seen.entity[known], arm) if arm.any() and not arm.all() else None


def _guards(seen: Scored, share: float, settings: ExperimentSettings) -> list[Guard]:
    """Of all events, labelled or not."""
    terms = settings.guards
    if seen.beside is not None:
        theirs, ours, ratio = seen.scores, seen.beside, []
    else:
        theirs, ours = seen.scores[~seen.challenger], seen.scores[seen.challenger]
        sizes = [len(np.unique(seen.entity[of])) for of in (~seen.challenger, seen.challenger)]
        dealt = 0 < share < 1
        ratio = [sample_ratio((sizes[0], sizes[1]), share, terms)] if dealt else []
    return [*ratio, score_drift(theirs, ours, terms), not_finite(theirs, ours, terms)]
